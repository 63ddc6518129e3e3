import assert from "node:assert/strict";
import { test } from "node:test";
import { progressReport } from "../../src/cli/commands/modelsProgress.ts";

function stream(isTTY: boolean, columns = 80): { stream: NodeJS.WriteStream; written: () => string } {
  let text = "";
  const write = (chunk: string): boolean => (text += chunk) !== "";
  return { stream: { isTTY, columns, write } as unknown as NodeJS.WriteStream, written: () => text };
}

const HALF = { activity: "downloading", bytesDone: 274e6, bytesTotal: 548e6, bytesPerSecond: 10e6, secondsLeft: 27 };
const WHOLE = { activity: "downloading", bytesDone: 548e6, bytesTotal: 548e6 };

test("on a terminal there is one bar, which never wraps", () => {
  const { stream: terminal, written } = stream(true, 100);
  const report = progressReport(false, terminal);
  report.update(HALF);
  report.update(HALF);
  report.update(WHOLE);
  report.end();
  const [first, second, rest] = written().split("\r").slice(1);
  assert.equal(first, "[############............] downloading 50%, 274 MB of 548 MB, 10.0 MB/s, 27 s left\x1b[K");
  assert.equal(second, "[########################] downloading 100%, 548 MB of 548 MB\x1b[K\n");
  assert.equal(rest, undefined, "not more often than one can see");

  const narrow = stream(true, 30);
  progressReport(false, narrow.stream).update(HALF);
  assert.ok(narrow.written().length <= "\r".length + 29 + "\x1b[K".length);
});

test("in a pipe there are plain lines, few of them", () => {
  const { stream: pipe, written } = stream(false);
  const report = progressReport(false, pipe);
  for (let i = 0; i < 100; i++) report.update({ ...HALF, bytesDone: i * 5e6 });
  report.update(WHOLE);
  report.end();
  assert.equal(written(), "downloading 0%, 0 B of 548 MB, 10.0 MB/s, 27 s left\ndownloading 100%, 548 MB of 548 MB\n");
});

test("with --json there is nothing", () => {
  const { stream: pipe, written } = stream(true);
  const report = progressReport(true, pipe);
  report.update(HALF);
  report.end();
  assert.equal(written(), "");
});
