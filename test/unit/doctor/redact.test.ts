import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { redact } from "../../../src/doctor/redact.ts";

const words = { folders: ["/home/anna lee", "C:\\Users\\Anna"], names: ["anna", "laptop-7", "novel"] };

const cases: readonly [message: string, expected: string][] = [
  ["EACCES: permission denied, open '/home/anna lee/My Novel.txt'", "EACCES: permission denied, open '<path>'"],
  ["cannot read /srv/secret/plan b.md: it is damaged", "cannot read <path>: it is damaged"],
  ["open C:\\Users\\Anna\\x.bin, then go on", "open <path>, then go on"],
  ["D:/data/x.bin is missing", "<path>"],
  ["fetch https://user:pw@hub.example/x?token=1 failed", "fetch <address> failed"],
  ["token hf_AbCdEfGhIjKlMnOp was refused", "token <token> was refused"],
  ["Bearer abc.def was refused", "<token> was refused"],
  ["ANNA on laptop-7 wrote to anna@example.org", "<name> on <name> wrote to <name>"],
  ["libstdc++.so.6: version GLIBCXX_3.4.26 not found", "libstdc++.so.6: version GLIBCXX_3.4.26 not found"],
  [
    "The CPU is faster (12.0 ms a token on the GPU, 3.1 ms on the CPU).",
    "The CPU is faster (12.0 ms a token on the GPU, 3.1 ms on the CPU).",
  ],
  ["3 of 4 files and/or folders", "3 of 4 files and/or folders"],
  ["file:///home/anna%20lee/x.txt", "<path>"],
];

suite("redact", () => {
  for (const [message, expected] of cases) test(message, () => assert.equal(redact(message, words), expected));
});
