import assert from "node:assert/strict";
import { mock, suite, test } from "node:test";
import { cancelled } from "../../../src/extension/cancellation.ts";
import { Completer, type GeneratedText, type TextRequest } from "../../../src/extension/completion/completer.ts";
import type { Place } from "../../../src/extension/completion/place.ts";
import { isCancelled, LocalghostError } from "../../../src/shared/errors.ts";
import { markedPlace } from "./helpers/markedPlace.ts";

const GRACE_MS = 300;

/** A request to a model that writes when the test says so. */
class Request {
  readonly signal: AbortSignal;
  readonly answer: Promise<GeneratedText>;
  readonly #request: TextRequest;
  #text = "";
  #resolve: (text: GeneratedText) => void = () => undefined;
  #reject: (reason: Error) => void = () => undefined;

  constructor(request: TextRequest, signal: AbortSignal) {
    this.#request = request;
    this.signal = signal;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    signal.addEventListener("abort", () => this.#reject(cancelled()));
  }

  write(piece: string): this {
    this.#text += piece;
    this.#request.isEnough(this.#text, 0, 1);
    return this;
  }

  end(): void {
    this.#resolve({ text: this.#text, tokens: [{ text: this.#text, logprob: 0 }], ended: "stop" });
  }

  fail(error: Error): void {
    this.#reject(error);
  }
}

/** A user who types; each keystroke withdraws the question before it, as VS Code does. */
function typist() {
  const requests: Request[] = [];
  const completer = new Completer(
    (request, signal) => {
      const made = new Request(request, signal);
      requests.push(made);
      return made.answer;
    },
    () => ({ debounceMs: 0, maxTokens: 48, maxLines: 8, leastProbability: 0 }),
  );
  let token = new AbortController();
  const withdraw = (): void => token.abort();
  /** Asks at a place, and gives what is shown there in the end: the text, or why there is none. */
  const ask = (place: Place): Promise<string | undefined> => {
    withdraw();
    token = new AbortController();
    const shown = completer.complete(place, "typing", token.signal).then(
      ([offer]) => offer?.text,
      (thrown: unknown) => (isCancelled(thrown) ? "cancelled" : String(thrown)),
    );
    return shown;
  };
  const request = async (index: number): Promise<Request> => {
    for (let turn = 0; turn < 50 && !requests[index]; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
    const made = requests[index];
    assert.ok(made, `request ${index} was not made`);
    return made;
  };
  return { ask, withdraw, request, requests, completer };
}

suite("a text in flight", () => {
  test("is waited for while the user types just that", async () => {
    const { ask, request, requests } = typist();
    const first = ask(markedPlace("a =|"));
    const running = await request(0);
    running.write(" on");
    const second = ask(markedPlace("a = |"));
    const third = ask(markedPlace("a = o|"));
    running.write("e;").end();
    assert.equal(await third, "ne;");
    assert.deepEqual(await Promise.all([first, second]), ["cancelled", "cancelled"]);
    assert.equal(running.signal.aborted, false);
    assert.equal(requests.length, 1);
  });

  test("may be typed ahead of", async () => {
    const { ask, request, requests } = typist();
    void ask(markedPlace("a =|"));
    const running = await request(0);
    const shown = ask(markedPlace("a = on|"));
    running.write(" ").write("one;").end();
    assert.equal(await shown, "e;");
    assert.equal(requests.length, 1);
  });

  test("is cancelled at once where the user types something else, and another is asked for", async () => {
    const { ask, request } = typist();
    void ask(markedPlace("a =|"));
    const running = await request(0);
    running.write(" one");
    const shown = ask(markedPlace("a = t|"));
    assert.equal(running.signal.aborted, true);
    (await request(1)).write("wo;").end();
    assert.equal(await shown, "wo;");
  });

  test("is cancelled as soon as it writes something else than what was typed, and another is asked for", async () => {
    const { ask, request } = typist();
    void ask(markedPlace("a =|"));
    const running = await request(0);
    const shown = ask(markedPlace("a = t|"));
    running.write(" ");
    assert.equal(running.signal.aborted, false);
    running.write("o");
    assert.equal(running.signal.aborted, true);
    (await request(1)).write("wo;").end();
    assert.equal(await shown, "wo;");
  });

  test("is cancelled when the cursor goes elsewhere, before anyone asks there", async () => {
    for (const place of [markedPlace("b|"), markedPlace("a =|", { documentId: "file:///b.ts" }), undefined]) {
      const { ask, request, completer } = typist();
      const shown = ask(markedPlace("a =|"));
      const running = await request(0);
      completer.moved(markedPlace("a =|"));
      assert.equal(running.signal.aborted, false);
      completer.moved(place);
      assert.equal(running.signal.aborted, true);
      assert.equal(await shown, "cancelled");
      assert.equal(completer.isWriting, false);
    }
  });

  test("may have been asked for ahead of the cursor, by a selected item", async () => {
    const { ask, request, completer } = typist();
    void ask(markedPlace("return|"));
    const running = await request(0);
    completer.moved(markedPlace("ret|"));
    assert.equal(running.signal.aborted, false);
    completer.moved(markedPlace("rex|"));
    assert.equal(running.signal.aborted, true);
  });

  test("is found by who asks after it was written", async () => {
    const { ask, withdraw, request, requests } = typist();
    const first = ask(markedPlace("a =|"));
    const running = await request(0);
    withdraw();
    running.write(" one;").end();
    assert.equal(await first, "cancelled");
    assert.equal(await ask(markedPlace("a = o|")), "ne;");
    assert.equal(requests.length, 1);
  });

  test("is cancelled a moment after the question was withdrawn, when no other comes", async () => {
    const { ask, withdraw, request, completer } = typist();
    const first = ask(markedPlace("a =|"));
    const running = await request(0);
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      withdraw();
      assert.equal(await first, "cancelled");
      mock.timers.tick(GRACE_MS - 1);
      assert.equal(running.signal.aborted, false);
      mock.timers.tick(1);
      assert.equal(running.signal.aborted, true);
      assert.equal(completer.isWriting, false);
    } finally {
      mock.timers.reset();
    }
  });

  test("that fails is told to who waits, and to nobody else", async () => {
    const { ask, withdraw, request } = typist();
    const first = ask(markedPlace("a =|"));
    (await request(0)).fail(new LocalghostError("internal", "It failed."));
    assert.match((await first) ?? "", /It failed/);
    const second = ask(markedPlace("b =|"));
    const running = await request(1);
    withdraw();
    running.fail(new LocalghostError("internal", "It failed."));
    assert.equal(await second, "cancelled");
  });
});

suite("a text that was taken", () => {
  test("is gone on from at once, without the pause in typing", async () => {
    const asked: string[] = [];
    const completer = new Completer(
      ({ prompt }) => {
        asked.push(prompt);
        return Promise.resolve({ text: " one;", tokens: [{ text: " one;", logprob: 0 }], ended: "stop" });
      },
      () => ({ debounceMs: 1_000, maxTokens: 48, maxLines: 8, leastProbability: 0 }),
    );
    const never = new AbortController().signal;
    const [offer] = await completer.complete(markedPlace("a =|"), "request", never);
    assert.equal(offer?.text, " one;");
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const next = completer.complete(markedPlace("a = one;|"), "typing", never);
      assert.equal(asked.length, 2, "no time has passed");
      await next;
      void completer.complete(markedPlace("a = two;|"), "typing", never);
      assert.equal(asked.length, 2);
      mock.timers.tick(1_000);
      await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(asked.length, 3);
    } finally {
      mock.timers.reset();
    }
  });
});
