/** Every benchmark on its tiny set, against PyTorch, transformers, rouge-score and sacrebleu. */
import assert from "node:assert/strict";
import * as path from "node:path";
import { after, test } from "node:test";
import { Engine } from "../../src/engine/engine.ts";
import type { EvalResult } from "../../src/eval/report/evalResult.ts";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import { checkpointFolder, copyModel, nanoFolder, readFixture } from "../helpers/fixtures.ts";
import { measure, setsFolder } from "./helpers/measure.ts";

interface Likelihood {
  nats: number;
  tokens: number;
  units: number;
}
interface Choices {
  full: number[];
  partial: number[];
  answer: number;
}
interface Answer {
  text: string;
  exact: number;
  f1: number;
  confidence?: number;
}
interface Translated {
  texts: string[];
  bleu: number;
  chrf: number;
}
interface Reference {
  wikitext2: Likelihood;
  wikitext2Tiny: Likelihood;
  ptb: Likelihood;
  "1bw": Likelihood;
  enwik8: Likelihood;
  text8: Likelihood;
  lambada: { nats: number; greedy: boolean; filtered: string; word: string }[];
  "cbt-cn": Choices[];
  "cbt-ne": Choices[];
  winogradXml: Choices[];
  winogradJson: Choices[];
  coqa: Answer[];
  nq: Answer[];
  wmt: { fromEnglish: Translated; toEnglish: Translated };
  lede: [number, number, number][];
  memorization: { ngrams: number; known: number }[];
  code: (Likelihood & {
    bytes: number;
    first: number;
    amongFive: number;
    lines: { exact: number; similarity: number }[];
  })[];
}

const reference = readFixture<Reference>("eval", "tasks.json");
const engine = new Engine({ threads: 2 });
after(() => engine.dispose());

/** Of a token, in nats. */
const BOUND = 1e-4;

function near(actual: number | undefined, expected: number, what: string, bound = BOUND): void {
  assert.ok(Math.abs((actual ?? NaN) - expected) <= bound, `${what}: ${actual}, and the reference says ${expected}`);
}

function figure({ figures }: EvalResult, name: string): number {
  const found = figures.find((one) => one.name === name);
  assert.ok(found, `there is no figure "${name}"`);
  assert.ok(found.low <= found.value && found.value <= found.high);
  return found.value;
}

const languageModelling = [
  ["wikitext2", "wikitext-2/wiki.test.tokens", "perplexity"],
  ["ptb", "ptb/ptb.test.txt", "perplexity"],
  ["1bw", "1bw/news.en.heldout-00000-of-00050", "perplexity"],
  ["enwik8", "enwik8", "bits per byte"],
  ["text8", "text8", "bits per character"],
] as const;

function checkLikelihood(outcomes: readonly Likelihood[], expected: Likelihood): void {
  const sum = (key: keyof Likelihood): number => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  assert.equal(sum("tokens"), expected.tokens);
  near(sum("units"), expected.units, "units", 1e-9);
  near(sum("nats") / expected.tokens, expected.nats / expected.tokens, "nats a token");
}

for (const [id, file, name] of languageModelling) {
  test(`${id}: the likelihood of the plain text is PyTorch's, by the set's own units`, async () => {
    const { result, outcomes } = await measure<Likelihood>(engine, nanoFolder, id, file);
    const expected = reference[id];
    checkLikelihood(outcomes, expected);
    const exact = name === "perplexity" ? expected.nats / expected.units : expected.nats / Math.LN2 / expected.units;
    near(name === "perplexity" ? Math.log(figure(result, name)) : figure(result, name), exact, name);
  });
}

test("windows that slide over a text give the likelihood that PyTorch gives window by window", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const file = "wikitext-2/wiki.test.tokens";
  const { result, outcomes } = await measure<Likelihood>(engine, folder, "wikitext2", file, { stride: 7 });
  assert.ok(outcomes.length > 10);
  checkLikelihood(outcomes, reference.wikitext2Tiny);
  assert.match(result.notes[0] ?? "", /Windows of 64 tokens that move by 7/);
});

test("lambada: the last word's likelihood, its greedy tokens and the filtered guess are PyTorch's", async () => {
  const { result, outcomes } = await measure<Reference["lambada"][number]>(
    engine,
    nanoFolder,
    "lambada",
    "lambada/lambada_test.jsonl",
  );
  for (const [i, { nats, ...expected }] of reference.lambada.entries()) {
    const { nats: actual, ...rest } = outcomes[i] ?? { nats: NaN };
    assert.deepEqual(rest, expected);
    near(actual, nats, "nats");
  }
  const nats = reference.lambada.reduce((sum, one) => sum + one.nats, 0);
  near(Math.log(figure(result, "perplexity")), nats / reference.lambada.length, "perplexity");
  assert.equal(figure(result, "accuracy, %"), 25);
});

for (const [id, file, key] of [
  ["cbt-cn", "CBTest/data/cbtest_CN_test_2500ex.txt", "cbt-cn"],
  ["cbt-ne", "CBTest/data/cbtest_NE_test_2500ex.txt", "cbt-ne"],
  ["winograd", "winograd/WSCollection.xml", "winogradXml"],
  ["winograd", "winograd/wsc273.jsonl", "winogradJson"],
] as const) {
  test(`${id}: each choice is as likely as PyTorch finds it: ${path.basename(file)}`, async () => {
    const { result, outcomes } = await measure<Choices>(engine, nanoFolder, id, file);
    const expected = reference[key];
    assert.equal(outcomes.length, expected.length);
    for (const [i, { full, partial, answer }] of expected.entries()) {
      assert.equal(outcomes[i]?.answer, answer);
      // Sums over the tokens of half a sentence.
      for (const [j, value] of full.entries()) near(outcomes[i].full[j], value, `full score of ${j}`, 10 * BOUND);
      for (const [j, value] of partial.entries())
        near(outcomes[i].partial[j], value, `partial score of ${j}`, 10 * BOUND);
    }
    const by = id === "winograd" ? "partial" : "full";
    const right = expected.filter((one) => one[by].indexOf(Math.max(...one[by])) === one.answer).length;
    const name = id === "winograd" ? "accuracy, partial scoring, %" : "accuracy, %";
    near(figure(result, name), (100 * right) / expected.length, name);
  });
}

function checkAnswers(outcomes: readonly Answer[], expected: readonly Answer[]): void {
  assert.deepEqual(
    outcomes.map(({ text }) => text),
    expected.map(({ text }) => text),
  );
  for (const [i, { exact, f1, confidence }] of expected.entries()) {
    near(outcomes[i]?.exact, exact, "exact match");
    near(outcomes[i]?.f1, f1, "F1");
    if (confidence !== undefined) near(outcomes[i]?.confidence, confidence, "confidence");
  }
}

test("coqa: answers and their scores are those of transformers and the official script", async () => {
  const { result, outcomes } = await measure<Answer>(engine, nanoFolder, "coqa", "coqa/coqa-dev-v1.0.json");
  checkAnswers(outcomes, reference.coqa);
  near(figure(result, "F1"), (100 * reference.coqa.reduce((sum, { f1 }) => sum + f1, 0)) / 3, "F1");
});

test("nq: answers, their scores and how sure the model was are those of transformers", async () => {
  const { result, outcomes } = await measure<Answer>(engine, nanoFolder, "nq", "nq/NQ-open.dev.jsonl", { shots: 2 });
  checkAnswers(outcomes, reference.nq);
  assert.equal(result.curve?.at(-1)?.share, 1);
});

test("wmt: translations in both directions are those of transformers, and their scores sacrebleu's", async () => {
  const { result, outcomes } = await measure<Record<"fromEnglish" | "toEnglish", { text: string }>>(
    engine,
    nanoFolder,
    "wmt",
    "wmt14-fr-en",
    { shots: 2 },
  );
  for (const [way, name] of [
    ["fromEnglish", "English to French"],
    ["toEnglish", "French to English"],
  ] as const) {
    assert.deepEqual(
      outcomes.map((outcome) => outcome[way].text),
      reference.wmt[way].texts,
    );
    near(figure(result, `BLEU, ${name}`), reference.wmt[way].bleu, name);
    near(figure(result, `chrF, ${name}`), reference.wmt[way].chrf, name);
  }
});

test("cnndm: the lede has the scores of rouge-score, and what is drawn is the same for a seed", async () => {
  interface Scores {
    texts: Record<string, string>;
    rouge: Record<string, number[]>;
  }
  const [first, again, other] = [
    await measure<Scores>(engine, nanoFolder, "cnndm", "cnn_dailymail"),
    await measure<Scores>(engine, nanoFolder, "cnndm", "cnn_dailymail"),
    await measure<Scores>(engine, nanoFolder, "cnndm", "cnn_dailymail", { seed: 5 }),
  ];
  for (const [i, expected] of reference.lede.entries()) {
    const scores = first.outcomes[i]?.rouge["first three sentences"];
    for (const [j, value] of expected.entries()) near(scores?.[j], value, `ROUGE ${j}`);
  }
  assert.deepEqual(again.outcomes, first.outcomes);
  assert.deepEqual(again.result.figures, first.result.figures);
  assert.notDeepEqual(other.outcomes, first.outcomes);
  for (const { texts } of first.outcomes) {
    assert.deepEqual(Object.keys(texts), ["TL;DR", "no hint", "first three sentences", "three random sentences"]);
  }
});

test("memorization: overlaps are those of whole sets of 8-grams", async () => {
  const { result, outcomes } = await measure(engine, nanoFolder, "memorization", "memorization");
  assert.deepEqual(outcomes, reference.memorization);
  near(figure(result, "8-gram overlap, %"), 50, "share");
  assert.match(result.notes[0] ?? "", /10 of 20 8-grams.*false-positive rate is \d/);
});

test("code: next tokens and next lines are those of transformers", async () => {
  assert.equal(typeof seededRandom(1)(), "number");
  const { result, outcomes } = await measure<Reference["code"][number]>(engine, nanoFolder, "code", "code");
  for (const [i, { nats, lines, ...expected }] of reference.code.entries()) {
    const { nats: actual, lines: scored, ...rest } = outcomes[i] ?? { nats: NaN, lines: [] };
    assert.deepEqual(rest, expected);
    near(actual / expected.tokens, nats / expected.tokens, "nats a token");
    assert.equal(scored.length, lines.length);
    for (const [j, line] of lines.entries()) {
      near(scored[j]?.exact, line.exact, "exact");
      near(scored[j]?.similarity, line.similarity, "similarity");
    }
  }
  const tokens = reference.code.reduce((sum, one) => sum + one.tokens, 0);
  const first = reference.code.reduce((sum, one) => sum + one.first, 0);
  near(figure(result, "next token is the likeliest, %"), (100 * first) / tokens, "share");
});

test("the embedded model's own kinds of records are measured beside what needs no model", async () => {
  for (const [id, file, figures] of [
    ["summaries", "summaries.jsonl", 12],
    ["questions", "questions.jsonl", 6],
    ["translations", "translations-fr.jsonl", 4],
  ] as const) {
    const { result } = await measure(engine, nanoFolder, id, file, id === "translations" ? { shots: 1 } : {});
    assert.equal(result.figures.length, figures);
    assert.ok(result.figures.every(({ value }) => Number.isFinite(value)));
    assert.equal(result.data.measured, id === "translations" ? 3 : 3);
    assert.equal(path.dirname(result.data.path), setsFolder);
  }
});
