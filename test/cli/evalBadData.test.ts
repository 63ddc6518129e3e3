/** Data that cannot be used: named by file, line and reason, and skipped or refused. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { openData } from "../../src/cli/eval/openData.ts";
import { DataError, type DataSource } from "../../src/eval/data/dataSource.ts";
import { readArticles, readCode, readCoqa, readQuestions, readTranslations } from "../../src/eval/data/documents.ts";
import { readChildrensBooks, readLambada, readWinograd } from "../../src/eval/data/sentences.ts";
import { readStream, readTokenizedText } from "../../src/eval/data/texts.ts";
import { WIKITEXT } from "../../src/eval/detokenize/english.ts";
import { temporaryFolder } from "../helpers/fixtures.ts";
import { localghost } from "./helpers/cli.ts";
import { LENIENT } from "./helpers/measure.ts";

function fileWith(t: TestContext, name: string, content: string | Uint8Array): string {
  const file = path.join(temporaryFolder(t), name);
  fs.writeFileSync(file, content);
  return file;
}

async function all<T>(records: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const record of records) found.push(record);
  return found;
}

/** Lines with something wrong, after one that is right and before another. */
const GOOD_QUESTION = '{"question": "who", "answer": ["me"]}';
const badQuestions: [what: string, line: string | Buffer, reason: RegExp][] = [
  ["a line that is cut off", '{"question": "who", "ans', /it is not valid JSON/],
  ["a list", "[1, 2]", /the record is not an object/],
  ["no answer", '{"question": "who"}', /"answer" or "answers" or "target" is missing/],
  ["an empty question", '{"question": " ", "answer": "me"}', /"question" is empty/],
  ["an answer of another type", '{"question": "who", "answer": 7}', /"answer" is not a text or a list of texts/],
  ["bytes that are no UTF-8", Buffer.from([0x22, 0xff, 0xfe, 0x22]), /it is not UTF-8 text/],
];

for (const [what, line, reason] of badQuestions) {
  test(`${what} among questions is named with its file and line, and skipped unless strict`, async (t) => {
    const content = Buffer.concat([
      Buffer.from(`${GOOD_QUESTION}\n`),
      Buffer.from(line),
      Buffer.from(`\n${GOOD_QUESTION}\n`),
    ]);
    const file = fileWith(t, "questions.jsonl", content);
    const data = openData(file, LENIENT);
    assert.equal((await all(readQuestions(data))).length, 2);
    assert.equal(data.rejected.length, 1);
    assert.deepEqual([data.rejected[0]?.file, data.rejected[0]?.line], [file, 2]);
    assert.match(data.rejected[0]?.reason ?? "", reason);
    await assert.rejects(all(readQuestions(openData(file, { ...LENIENT, strict: true }))), (error) => {
      assert.ok(error instanceof DataError);
      assert.match(error.message, new RegExp(`questions\\.jsonl, line 2: .*${reason.source}`));
      return true;
    });
  });
}

test("a zero byte late in a file spoils its line alone", async (t) => {
  const filler = `${GOOD_QUESTION}\n`.repeat(3000);
  const data = openData(fileWith(t, "questions.jsonl", `${filler}\0\n${GOOD_QUESTION}\n`), LENIENT);
  assert.equal((await all(readQuestions(data))).length, 3001);
  assert.deepEqual(
    data.rejected.map(({ line }) => line),
    [3001],
  );
});

const unreadable: [what: string, name: string, content: string | Uint8Array, message: RegExp][] = [
  ["an empty file", "a.jsonl", "", /a\.jsonl: it is empty\.$/],
  ["a binary file", "a.txt", Uint8Array.from([1, 2, 0, 3]), /a\.txt: it is no text \(byte 2 is 0\)\.$/],
  ["a compressed file", "a.txt", gzipSync("text"), /a\.txt: it is compressed \(gzip\): unpack it first\.$/],
  ["Parquet", "a.parquet", "PAR1 and more", /a\.parquet: it is Parquet: export it as JSON lines\.$/],
];

for (const [what, name, content, message] of unreadable) {
  test(`${what} is refused at once`, (t) => {
    assert.throws(() => openData(fileWith(t, name, content), LENIENT), { name: "DataError", message });
  });
}

test("in a folder, files that are no text are skipped and named", async (t) => {
  const file = fileWith(t, "a.ts", "const a = 1;\n");
  fs.writeFileSync(path.join(path.dirname(file), "b.png"), Uint8Array.from([0x89, 0, 0]));
  fs.writeFileSync(path.join(path.dirname(file), "c.ts"), Uint8Array.from([0x61, 0x0a, 0xff]));
  const data = openData(path.dirname(file), LENIENT);
  assert.deepEqual(
    (await all(readCode(data))).map(({ text }) => text),
    ["const a = 1;\n"],
  );
  assert.deepEqual(
    data.rejected.map(({ file: name, line, reason }) => [path.basename(name), line, reason]),
    [
      ["b.png", undefined, "it is no text (byte 1 is 0)"],
      ["c.ts", 2, "it is not UTF-8 text"],
    ],
  );
  assert.throws(() => openData(temporaryFolder(t), LENIENT), /there is no file in the folder/);
});

type Read = (source: DataSource) => AsyncIterable<unknown>;

/** A set in another format than the task's: each has no record, and says so. */
const wrongFormats: [name: string, content: string, read: Read, message: RegExp][] = [
  ["coqa.json", '{"version": "1.0", "data": [{"story": "x"}]}', readCoqa, /no record that this task can read/],
  ["coqa.json", '{"version": "1.0"}', readCoqa, /no record that this task can read/],
  ["cbt.txt", "A plain text.\nOf two lines.\n", readChildrensBooks, /no record that this task can read/],
  ["wsc.xml", "<collection></collection>", readWinograd, /no record that this task can read/],
  ["lambada.jsonl", '{"text": "word"}\n', readLambada, /no record that this task can read/],
  ["news.jsonl", '{"article": "x"}\n', readArticles, /no record that this task can read/],
];

for (const [name, content, read, message] of wrongFormats) {
  test(`a set without a usable record is an error: ${name} ${content.slice(0, 30)}`, async (t) => {
    await assert.rejects(all(read(openData(fileWith(t, name, content), LENIENT))), { name: "DataError", message });
  });
}

test("a story of CoQA that does not parse or fit spoils no other, and is named by its own line", async (t) => {
  const story = '{"story": "s", "questions": [{"input_text": "q"}], "answers": [{"input_text": "a"}]}';
  const uneven =
    '{"story": "s", "questions": [{"input_text": "q"}], "answers": [{"input_text": "a"}, {"input_text": "b"}]}';
  const content = `{\n"data": [\n${story},\n{"story": oops},\n${uneven},\n\n${story}\n]}`;
  const data = openData(fileWith(t, "coqa.json", content), LENIENT);
  assert.equal((await all(readCoqa(data))).length, 2);
  assert.deepEqual(
    data.rejected.map(({ line, reason }) => [line, reason.slice(0, 24)]),
    [
      [4, "it is not valid JSON (Un"],
      [5, "there are not as many an"],
    ],
  );
});

test("a JSON file that is cut off gives what is whole, and says where it ends", async (t) => {
  const story = '{"story": "s", "questions": [{"input_text": "q"}], "answers": [{"input_text": "a"}]}';
  const data = openData(fileWith(t, "coqa.json", `{"data": [\n${story},\n${story.slice(0, 40)}`), LENIENT);
  assert.equal((await all(readCoqa(data))).length, 1);
  assert.match(data.rejected[0]?.message ?? "", /coqa\.json, line 3: the file ends in the middle of its list/);
});

test("broken sentences with gaps are named by the line that their story begins at", async (t) => {
  const book = "1 A cat sat .\n2 The XXXXX slept .\tcat\t\tcat|dog\n";
  const broken = [
    book.replace("XXXXX", "dog"),
    book.replace("\tcat\t", "\tcow\t"),
    book.replace("2 The", "3 The"),
    book.replace("cat|dog", "cat||dog"),
  ];
  const data = openData(fileWith(t, "cbt.txt", [book, ...broken].join("\n")), LENIENT);
  assert.equal((await all(readChildrensBooks(data))).length, 1);
  assert.deepEqual(
    data.rejected.map(({ line, reason }) => [line, reason]),
    [
      [4, "the last sentence has no XXXXX"],
      [7, "the answer is not among the choices"],
      [10, 'sentence 2 of the story does not begin with "2 "'],
      [13, "a choice is empty"],
    ],
  );
});

test("schemas whose parts contradict each other are rejected", async (t) => {
  const right = { text: "A saw B as it left.", pronoun: "it", pronoun_loc: 11, options: ["A", "B"], label: 0 };
  const lines = [right, { ...right, pronoun_loc: 3 }, { ...right, label: 2 }, { ...right, options: ["A"] }];
  const data = openData(fileWith(t, "wsc.jsonl", lines.map((line) => JSON.stringify(line)).join("\n")), LENIENT);
  assert.equal((await all(readWinograd(data))).length, 1);
  assert.deepEqual(
    data.rejected.map(({ line }) => line),
    [2, 3, 4],
  );
  const xml = "<collection>\n<schema><pron>it</pron></schema>\n<schema><text>";
  const cut = openData(fileWith(t, "wsc.xml", xml), LENIENT);
  await assert.rejects(all(readWinograd(cut)), /no record/);
  assert.deepEqual(
    cut.rejected.map(({ line }) => line),
    [2, 3],
  );
});

test("pairs of translations must be as many, and none of them empty", async (t) => {
  const english = fileWith(t, "news.en", "one\n\nthree\n");
  const folder = path.dirname(english);
  fs.writeFileSync(path.join(folder, "news.fr"), "un\ndeux\ntrois\n");
  const data = openData(folder, LENIENT);
  const { language, records } = await readTranslations(data);
  assert.equal(language, "fr");
  assert.equal((await all(records)).length, 2);
  assert.match(data.rejected[0]?.message ?? "", /news\.en, line 2: a side of the pair is empty/);
  fs.writeFileSync(path.join(folder, "news.fr"), "un\ndeux\n");
  const uneven = await readTranslations(openData(folder, LENIENT));
  await assert.rejects(all(uneven.records), /news\.fr: it has 2 segments, and news\.en has 3/);
  const unnamed = openData(fileWith(t, "pairs.jsonl", '{"english": "a", "other": "b"}\n'), LENIENT);
  await assert.rejects(readTranslations(unnamed), /names the language beside English/);
});

test("texts without words are refused, and a stream must be one file", async (t) => {
  await assert.rejects(readTokenizedText(openData(fileWith(t, "a", " \n \n"), LENIENT), WIKITEXT), /there is no text/);
  await assert.rejects(readStream(openData(fileWith(t, "a", " \n"), LENIENT), "bytes"), /there is no text/);
  const broken = openData(fileWith(t, "a", Buffer.from([0x61, 0x0a, 0x62, 0xc3, 0x0a])), LENIENT);
  await assert.rejects(readStream(broken, "bytes"), /line 2: it is not UTF-8 text/);
  const file = fileWith(t, "a", "text");
  fs.writeFileSync(path.join(path.dirname(file), "b"), "text");
  await assert.rejects(readStream(openData(path.dirname(file), LENIENT), "bytes"), /it must be one file/);
});

test("the command line says what it skips, and stops at it with --strict", async (t) => {
  const file = fileWith(t, "words.txt", "one two three four five six seven eight nine\n");
  const training = fileWith(t, "training.txt", Buffer.from([0x61, 0x20, 0xff, 0x0a, 0x62, 0x0a]));
  const args = ["eval", "memorization", "--data", file, "--training", training];
  const refused = await localghost([...args, "--strict"]);
  assert.deepEqual([refused.code, refused.stdout], [1, ""]);
  assert.match(refused.stderr, /^localghost: .*training\.txt, line 1: it is not UTF-8 text\.\n$/);
  const skipped = await localghost(args);
  assert.equal(skipped.code, 1);
  assert.match(
    skipped.stderr,
    /skipped: .*training\.txt, line 1: it is not UTF-8 text\.\n.*it has no 8 words in a row/,
  );
  const missing = await localghost(["eval", "memorization", "--data", "no-such-file"]);
  assert.deepEqual([missing.code, missing.stderr], [1, "localghost: no-such-file: there is no such file or folder.\n"]);
});
