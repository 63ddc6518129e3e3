import assert from "node:assert/strict";
import { mock, suite, test } from "node:test";
import { isCancelled } from "../../../src/shared/errors.ts";
import type { WrittenToken } from "../../../src/extension/completion/candidate.ts";
import {
  Completer,
  type CompleterOptions,
  type GeneratedText,
  type TextRequest,
  type Trigger,
} from "../../../src/extension/completion/completer.ts";
import type { Verdict } from "../../../src/extension/completion/backOff.ts";
import { type Experience, NO_EXPERIENCE } from "../../../src/extension/completion/ownExperience.ts";
import type { Features } from "../../../src/extension/completion/gate.ts";
import type { Outcome, RequestFigures } from "../../../src/extension/completion/figures.ts";
import { markedPlace } from "./helpers/markedPlace.ts";

/** By which the probability is that of the model itself, as far as a logistic function goes. */
const PLAIN: Features = {
  bias: 1.3,
  logprob: 1,
  leastLogprob: 1,
  tokens: 0,
  characters: 0,
  isNewLine: 0,
  isInWord: 0,
  isSeen: 0,
  seenContext: 0,
};

const never = new AbortController().signal;

function sure(text: string): WrittenToken[] {
  return [{ text, logprob: 0 }];
}

/** A completer whose model answers always the same. */
function completerThatWrites(
  text: string,
  ended: GeneratedText["ended"] = "stop",
  more: Partial<CompleterOptions> = {},
) {
  const requests: TextRequest[] = [];
  const generate = (request: TextRequest): Promise<GeneratedText> => {
    requests.push(request);
    return Promise.resolve({ text, tokens: sure(text), ended });
  };
  const options = () => ({ debounceMs: 75, maxTokens: 48, maxLines: 8, leastProbability: 0, ...more });
  return { completer: new Completer(generate, options), requests };
}

suite("completer", () => {
  test("asks for the rest of the line", async () => {
    const { completer, requests } = completerThatWrites(" 1;");
    assert.deepEqual(await completer.complete(markedPlace("a =|"), "request", never), [{ text: " 1;", replaces: 0 }]);
    assert.deepEqual(
      requests.map(({ prompt, maxTokens, stop }) => ({ prompt, maxTokens, stop })),
      [{ prompt: "// src/sample.ts\na =", maxTokens: 48, stop: ["\n"] }],
    );
  });

  test("asks a model that tells no probabilities only on request: nothing says when to show its text", async () => {
    const { requests, completer } = completerThatWrites(" 1;", "stop", { tellsProbabilities: false });
    assert.deepEqual(await completer.complete(markedPlace("a =|"), "typing", never), []);
    assert.equal(requests.length, 0);
    assert.equal((await completer.complete(markedPlace("a =|"), "request", never))[0]?.text, " 1;");
    assert.equal((await completer.complete(markedPlace("a = |"), "typing", never))[0]?.text, "1;", "it is typed along");
  });

  test("shows nothing unasked whose probability is not known", async () => {
    const generate = () =>
      Promise.resolve({ text: " 1;", tokens: [{ text: " 1;", logprob: NaN }], ended: "stop" as const });
    const completer = new Completer(generate, () => ({
      debounceMs: 0,
      maxTokens: 48,
      maxLines: 8,
      leastProbability: 0,
    }));
    assert.deepEqual(await completer.complete(markedPlace("a =|"), "typing", never), []);
  });

  test("shows the rest while it is typed, and asks anew after it", async () => {
    const { completer, requests } = completerThatWrites(" one;");
    await completer.complete(markedPlace("a =|"), "request", never);
    assert.equal((await completer.complete(markedPlace("a = |"), "typing", never))[0]?.text, "one;");
    assert.equal((await completer.complete(markedPlace("a = on|"), "typing", never))[0]?.text, "e;");
    assert.equal(requests.length, 1);
    await completer.complete(markedPlace("a = one;|"), "request", never);
    assert.equal(requests.length, 2);
  });

  test("asks once for a prompt, also when nothing came of it", async () => {
    const { completer, requests } = completerThatWrites("");
    for (let time = 0; time < 3; time++) await completer.complete(markedPlace("a =|"), "request", never);
    assert.equal(requests.length, 1);
    completer.clear();
    await completer.complete(markedPlace("a =|"), "request", never);
    assert.equal(requests.length, 2);
  });

  test("asks nothing before more code", async () => {
    const { completer, requests } = completerThatWrites("b");
    assert.deepEqual(await completer.complete(markedPlace("a| = 1"), "request", never), []);
    assert.equal(requests.length, 0);
  });

  test("indents with tabs where the document does", async () => {
    const { completer } = completerThatWrites("if (b) {\n      c();\n    }");
    const [offer] = await completer.complete(markedPlace("{\n\ta;\n\t\t|"), "request", never);
    assert.equal(offer?.text, "if (b) {\n\t\t\tc();\n\t\t}");
  });

  test("ends a block while it grows", async () => {
    const { completer, requests } = completerThatWrites("a();\n  b();\n}");
    assert.equal((await completer.complete(markedPlace("{\n  |"), "request", never))[0]?.text, "a();\n  b();");
    assert.equal(requests[0]?.isEnough("a();\n  b();", 0, 1), false);
    assert.equal(requests[0].isEnough("a();\n  b();\n}", 0, 1), true);
  });

  test("drops what the model had no tokens left for", async () => {
    const { completer } = completerThatWrites("a();\n  unfin", "length");
    assert.equal((await completer.complete(markedPlace("{\n  |"), "request", never))[0]?.text, "a();");
  });

  test("tells what each request cost, and whether anything of it is shown", async () => {
    const figures: RequestFigures = {
      prompt: { promptTokens: 9, reusedTokens: 8, prefillMs: 1 },
      tokens: 2,
      decodeMsPerToken: 3,
      finishReason: "stop",
      device: "cpu",
    };
    const told: [RequestFigures, Outcome][] = [];
    const texts = [" 1;", "  "];
    const completer = new Completer(
      () => {
        const text = texts.shift() ?? "";
        return Promise.resolve({ text, tokens: sure(text), ended: "stop", figures });
      },
      () => ({ debounceMs: 0, maxTokens: 48, maxLines: 8, leastProbability: 0 }),
      { onRequest: (...request) => told.push(request) },
    );
    for (const marked of ["a =|", "a = |", "b =|"]) await completer.complete(markedPlace(marked), "typing", never);
    assert.deepEqual(told, [
      [figures, "shown"],
      [figures, "dropped"],
    ]);
  });

  test("shows one text while the user types, and asks for three on request", async () => {
    const requests: TextRequest[] = [];
    const others = [" 2;", " 1; ", " unfinished"].map((text) => ({
      text,
      tokens: sure(text),
      ended: "length" as const,
    }));
    const generate = (request: TextRequest): Promise<GeneratedText> => {
      requests.push(request);
      const first: GeneratedText = { text: " 1;", tokens: sure(" 1;"), ended: "stop" };
      return Promise.resolve(request.alternatives > 1 ? { ...first, others } : first);
    };
    const completer = new Completer(generate, () => ({
      debounceMs: 0,
      maxTokens: 48,
      maxLines: 8,
      leastProbability: 0,
    }));
    const textsAt = async (marked: string, trigger: Trigger): Promise<string[]> =>
      (await completer.complete(markedPlace(marked), trigger, never)).map(({ text }) => text);
    assert.deepEqual(await textsAt("a =|", "typing"), [" 1;"]);
    const several = await textsAt("a =|", "request");
    assert.deepEqual(several.slice(0, 2), [" 1;", " 2;"]);
    assert.equal(new Set(several).size, several.length, "none is there twice");
    assert.deepEqual(await textsAt("a =|", "request"), several, "the model is not asked again");
    assert.deepEqual(
      requests.map(({ alternatives }) => alternatives),
      [1, 3],
    );
    assert.deepEqual(await textsAt("a = |", "typing"), ["1;", "2;"], "all that go on as typed are still there");
    assert.deepEqual(await textsAt("a = |", "request"), ["1;", "2;"]);
    assert.equal(requests.length, 2);
  });

  test("shows unasked only as much as is likely, and more as it is typed", async () => {
    const tokens = [
      { text: " value", logprob: -0.01 },
      { text: ".length", logprob: -0.05 },
      { text: " +", logprob: -4 },
      { text: " other", logprob: -0.1 },
    ];
    let requests = 0;
    const generate = (): Promise<GeneratedText> => {
      requests++;
      return Promise.resolve({ text: " value.length + other", tokens, ended: "stop" });
    };
    const options = () => ({
      debounceMs: 0,
      maxTokens: 48,
      maxLines: 8,
      leastProbability: 0.4,
      gateWeights: { own: PLAIN },
    });
    const completer = new Completer(generate, options);
    const textAt = async (marked: string, trigger: Trigger): Promise<string | undefined> =>
      (await completer.complete(markedPlace(marked), trigger, never))[0]?.text;
    assert.equal(await textAt("a =|", "typing"), " value.length");
    assert.equal(await textAt("a = value.length|", "typing"), undefined);
    assert.equal(await textAt("a = value.length +|", "typing"), " other");
    assert.equal(requests, 1);
    assert.equal(await textAt("b =|", "request"), " value.length + other", "who asks gets all of it");
  });

  test("asks a slow model for no more than it writes while the user waits", async () => {
    const requests: TextRequest[] = [];
    const generate = (request: TextRequest): Promise<GeneratedText> => {
      requests.push(request);
      const tokens = [...sure(" one"), ...sure(" two"), ...sure(" thr")];
      return Promise.resolve({ text: " one two thr", tokens, ended: "stop" });
    };
    const options = () => ({ debounceMs: 0, maxTokens: 48, tokensInTime: 3, maxLines: 8, leastProbability: 0 });
    const completer = new Completer(generate, options);
    const [offer] = await completer.complete(markedPlace("a =|"), "typing", never);
    assert.equal(offer?.text, " one two", "the last word may be unfinished");
    assert.equal(requests[0]?.isEnough(" one two", 0, 2), false);
    assert.equal(requests[0].isEnough(" one two thr", 0, 3), true);
    await completer.complete(markedPlace("a =|"), "request", never);
    assert.equal(requests[1]?.isEnough(" one two thr", 0, 3), false, "who asks waits");
  });

  test("learns from what is taken and dismissed, and hears what was learned", async () => {
    const verdicts: Verdict[] = [];
    let experience: Experience = NO_EXPERIENCE;
    const generate = (): Promise<GeneratedText> =>
      Promise.resolve({ text: "one", tokens: [{ text: "one", logprob: -0.05 }], ended: "stop" });
    const completer = new Completer(
      generate,
      () => ({
        debounceMs: 0,
        maxTokens: 48,
        maxLines: 8,
        leastProbability: 0.6,
        experience,
        gateWeights: { own: PLAIN },
      }),
      { onVerdict: (verdict) => verdicts.push(verdict) },
    );
    const textAt = async (marked: string): Promise<string | undefined> =>
      (await completer.complete(markedPlace(marked), "typing", never))[0]?.text;
    assert.equal(await textAt("a = |"), "one");
    await textAt("a = one|");
    assert.deepEqual(
      verdicts.map(({ wasTaken }) => wasTaken),
      [true],
    );
    experience = { shift: -1, taken: 0, dismissed: 50 };
    assert.equal(await textAt("b = |"), undefined, "fifty dismissals have made it doubt");
  });

  test("waits for a pause while the user types", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const { completer, requests } = completerThatWrites(" 1;");
      const typing = new AbortController();
      const first = completer.complete(markedPlace("a|"), "typing", typing.signal);
      mock.timers.tick(74);
      typing.abort();
      await assert.rejects(first, isCancelled);
      const second = completer.complete(markedPlace("a =|"), "typing", never);
      mock.timers.tick(75);
      assert.equal((await second)[0]?.text, " 1;");
      assert.equal(requests.length, 1);
    } finally {
      mock.timers.reset();
    }
  });
});
