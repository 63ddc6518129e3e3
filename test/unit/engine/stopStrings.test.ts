import assert from "node:assert/strict";
import { test } from "node:test";
import { StopStrings } from "../../../src/engine/stopStrings.ts";
import { seededRandom } from "../../../src/engine/sampling/random.ts";

interface Case {
  stops: string[];
  /** The parts of a text, cut at |. */
  parts: string;
  /** What each part lets out, cut at |; ends with ! where the text is stopped. */
  shown: string;
}

const cases: Case[] = [
  { stops: ["\n"], parts: "ab|c\nd", shown: "ab|c!" },
  { stops: ["\n\n"], parts: "a\n|b\n|\nc", shown: "a|\nb|!" },
  { stops: ["END"], parts: "E|N|D", shown: "||!" },
  { stops: ["END"], parts: "E|N|X", shown: "||ENX" },
  { stops: ["aab"], parts: "a|a|a|b", shown: "||a|!" },
  { stops: ["abc", "abd"], parts: "ab|d", shown: "|!" },
  { stops: ["ab", "abc"], parts: "xabc", shown: "x!" },
  { stops: ["abcd", "bc"], parts: "a|b|c|d", shown: "||a!" },
  { stops: ["abcd", "bc"], parts: "abcd", shown: "a!" },
  { stops: ["bcd", "cd"], parts: "abcd", shown: "a!" },
  { stops: ["", "x"], parts: "ab|x", shown: "ab|!" },
  { stops: [], parts: "a|b", shown: "a|b" },
  { stops: ["🙂"], parts: "a\ud83d|\ude42", shown: "a|!" },
];

for (const { stops, parts, shown } of cases) {
  test(`${JSON.stringify(stops)} let out of ${JSON.stringify(parts)}: ${JSON.stringify(shown)}`, () => {
    const watch = new StopStrings(stops);
    const out: string[] = [];
    for (const part of parts.split("|")) {
      const { text, stopped } = watch.push(part);
      out.push(stopped ? `${text}!` : text);
      if (stopped) break;
    }
    assert.equal(out.join("|"), shown);
  });
}

test("what was held back comes out when no more text comes", () => {
  const watch = new StopStrings(["END"]);
  assert.equal(watch.push("the EN").text, "the ");
  assert.equal(watch.end(), "EN");
  assert.equal(watch.end(), "");
});

test("the text before a stop string does not depend on how it was cut, and nothing shown is part of one", () => {
  const random = seededRandom(1);
  const pick = (n: number): number => Math.floor(random() * n);
  const word = (length: number): string => Array.from({ length }, () => "abc"[pick(3)] ?? "").join("");
  let stoppedCount = 0;
  for (let round = 0; round < 2000; round++) {
    const text = word(pick(20));
    const stops = Array.from({ length: 1 + pick(3) }, () => word(1 + pick(5)));
    const whole = new StopStrings(stops).push(text);

    const watch = new StopStrings(stops);
    let shown = "";
    let stopped = false;
    for (let at = 0; at < text.length && !stopped;) {
      const next = at + 1 + pick(4);
      const result = watch.push(text.slice(at, next));
      shown += result.text;
      stopped = result.stopped;
      at = next;
    }
    if (!stopped) shown += watch.end();
    assert.equal(stopped, whole.stopped);
    assert.equal(
      stopped,
      stops.some((stop) => text.includes(stop)),
    );
    assert.ok(stops.every((stop) => !shown.includes(stop)));
    assert.equal(shown, stopped ? whole.text : text);
    stoppedCount += stopped ? 1 : 0;
  }
  assert.ok(stoppedCount > 500 && stoppedCount < 1900, "both outcomes were tried");
});
