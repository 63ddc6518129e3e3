import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { checkTokenizerFits, loadTokenizer } from "../../src/engine/tokenizer/loadTokenizer.ts";
import type { Tokenizer } from "../../src/engine/tokenizer/tokenizer.ts";
import { WordEncoder } from "../../src/engine/tokenizer/wordEncoder.ts";
import { checkpointFolder, copyModel, nanoFolder, readFixture, temporaryFolder } from "../helpers/fixtures.ts";
import { fails } from "./helpers/checkpoints.ts";

interface Case {
  name: string;
  text?: string;
  repeat?: { text: string; count: number };
  ids?: number[];
  idsHash?: { count: number; sha256: string };
}

interface Cases {
  cases: Case[];
  random: Case[];
  decode: { name: string; ids: number[]; text: string }[];
}

const fixture = readFixture<Cases>("tokenizer-cases.json");
const tokenizer = loadTokenizer(nanoFolder);

function textOf({ text, repeat }: Case): string {
  return text ?? repeat?.text.repeat(repeat.count) ?? "";
}

for (const example of [...fixture.cases, ...fixture.random]) {
  test(`ids equal the reference tokenizer: ${example.name}`, () => {
    const ids = tokenizer.encode(textOf(example));
    if (example.ids) {
      assert.deepEqual(ids, example.ids);
    } else {
      const sha256 = createHash("sha256")
        .update(new Uint8Array(Uint32Array.from(ids).buffer))
        .digest("hex");
      assert.deepEqual({ count: ids.length, sha256 }, example.idsHash);
    }
    assert.equal(tokenizer.decode(ids), textOf(example).toWellFormed());
  });
}

for (const { name, ids, text } of fixture.decode) {
  test(`text of ids: ${name}`, () => {
    assert.equal(tokenizer.decode(ids), text);
  });
}

test("a stream of tokens gives whole characters only, and all of the text", () => {
  const text = "né 🙂👩‍👩‍👧 안녕 \u{1F1EB}\u{1F1F7} e\u0301 end";
  const decoder = tokenizer.streamDecoder();
  const parts = tokenizer.encode(text).map((id) => decoder.push(id));
  assert.ok(parts.every((part) => part.isWellFormed() && !part.includes("\ufffd")));
  assert.equal(parts.join("") + decoder.end(), text);
});

test("a stream that ends inside a character says so", () => {
  const [first = 0] = tokenizer.encode("🙂");
  const decoder = tokenizer.streamDecoder();
  assert.equal(decoder.push(first), "");
  assert.equal(decoder.end(), "\ufffd");
});

for (const name of ["tiny-plain", "tiny-sharded", "tiny-odd", "tiny-layer-scale", "tiny-bare"]) {
  test(`the tokenizer of ${name} loads and equals its reference`, () => {
    const reference = readFixture<{ tokenizer: { text: string; ids: number[] } }>(
      "checkpoints",
      name,
      "reference.json",
    );
    assert.deepEqual(loadTokenizer(checkpointFolder(name)).encode(reference.tokenizer.text), reference.tokenizer.ids);
  });
}

test("a tokenizer with more tokens than the model has rows is refused", () => {
  assert.throws(() => checkTokenizerFits(tokenizer, 100, "/models/x"), /has 8192 tokens but its model only 100/);
});

test("a folder without a tokenizer, and one with a damaged one, say so", (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-bare"));
  fs.rmSync(path.join(folder, "merges.txt"));
  assert.throws(() => loadTokenizer(folder), /no tokenizer in .*vocab\.json and merges\.txt/);
  fs.writeFileSync(path.join(folder, "tokenizer.json"), "{");
  assert.throws(() => loadTokenizer(folder), /tokenizer\.json is not valid JSON/);
  fs.writeFileSync(path.join(folder, "tokenizer.json"), '{"model":{"type":"WordPiece","vocab":{}}}');
  assert.throws(() => loadTokenizer(folder), /not a byte-level byte-pair encoding/);
});

interface Json {
  decoder?: unknown;
  added_tokens: { id: number; content: string; special: boolean }[];
  model: { vocab: Record<string, number>; merges: unknown[] };
}

/** The tokenizer of the embedded model, changed. */
function changedTokenizer(t: TestContext, change: (json: Json) => void): Tokenizer {
  const folder = temporaryFolder(t);
  const json = JSON.parse(fs.readFileSync(path.join(nanoFolder, "tokenizer.json"), "utf8")) as Json;
  change(json);
  fs.writeFileSync(path.join(folder, "tokenizer.json"), JSON.stringify(json));
  return loadTokenizer(folder);
}

test("a tokenizer whose pieces are no bytes is refused, whichever of its files tell", (t) => {
  const refusal = fails("modelInvalid", /not a byte-level byte-pair encoding as GPT-2 uses: choose another model\.$/);
  const metaspace = { type: "Metaspace", replacement: "▁" };
  assert.throws(() => changedTokenizer(t, (json) => (json.decoder = metaspace)), refusal);
  const sequence = { type: "Sequence", decoders: [{ type: "ByteLevel" }, { type: "Fuse" }] };
  changedTokenizer(t, (json) => (json.decoder = sequence));
  const folder = copyModel(t, checkpointFolder("tiny-bare"));
  const vocabulary = Object.fromEntries(["안녕", "▁하", "▁세", "요", "a"].map((piece, id) => [piece, id]));
  fs.writeFileSync(path.join(folder, "vocab.json"), JSON.stringify(vocabulary));
  assert.throws(() => loadTokenizer(folder), refusal);
});

test("a word that a fine-tune was taught is one token, and a special token that is written is text", (t) => {
  const taught = changedTokenizer(t, ({ added_tokens: added }) => {
    added.push({ id: 8190, content: "<user>", special: false }, { id: 8192, content: "<mark>", special: true });
  });
  assert.deepEqual(taught.encode("<user> hello"), [8190, ...tokenizer.encode(" hello")]);
  assert.equal(taught.decode([8190, 8192]), "<user><mark>");
  assert.deepEqual(taught.encode("<mark>"), tokenizer.encode("<mark>"));
  assert.deepEqual(new WordEncoder(taught).encode("a <user> hello"), taught.encode("a <user> hello"));
  checkTokenizerFits(taught, 8192, "where a special token has no row");
  const tooMany = changedTokenizer(t, ({ added_tokens: added }) =>
    added.push({ id: 8192, content: "<user>", special: false }),
  );
  assert.throws(() => checkTokenizerFits(tooMany, 8192, "/models/x"), /has 8193 tokens but its model only 8192/);
});
