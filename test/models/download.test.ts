/** Downloads from a hub on this machine that misbehaves on demand: each ends right, or with one clear sentence. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { openCheckpoint } from "../../src/engine/model/checkpoint.ts";
import { loadTokenizer } from "../../src/engine/tokenizer/loadTokenizer.ts";
import type { DownloadProgress } from "../../src/models/download/download.ts";
import { planDownload } from "../../src/models/download/plan.ts";
import { readProvenance } from "../../src/models/provenance.ts";
import type { ErrorKind } from "../../src/shared/errors.ts";
import { fails } from "../engine/helpers/checkpoints.ts";
import { checkpointFolder, fixturesFolder, nanoFolder, neverAborted } from "../helpers/fixtures.ts";
import type { Fault } from "../helpers/hubServer.ts";
import { downloadBench, filesBelow } from "./helpers/hub.ts";

const PLAIN = checkpointFolder("tiny-plain");
const NAME = "tiny/plain";
const WEIGHTS = "model.safetensors";
const WEIGHT_BYTES = fs.statSync(path.join(PLAIN, WEIGHTS)).size;

/** Every file of the source that is installed, and those alone, byte for byte. */
function assertInstalled(folder: string, source: string, names: readonly string[]): void {
  assert.deepEqual(filesBelow(folder), [...names, "localghost.json"].sort());
  for (const name of names) {
    assert.deepEqual(fs.readFileSync(path.join(folder, name)), fs.readFileSync(path.join(source, name)), name);
  }
  openCheckpoint(folder);
}

test("a model is planned, then fetched: what is needed and nothing else", async (t) => {
  const { server, hub, models, download } = await downloadBench(t);
  server.publish(NAME, PLAIN, { "pytorch_model.bin": "pickle", "README.md": "words", "onnx/model.onnx": "graph" });
  const plan = await planDownload(hub, { repository: NAME }, models, neverAborted());
  assert.equal(plan.repository.commit, server.commit(NAME));
  assert.equal(plan.repository.licence, "mit");
  assert.equal(plan.folder, models.model(NAME));
  assert.deepEqual(plan.files.map(({ path: file }) => file).sort(), ["config.json", WEIGHTS, "tokenizer.json"]);
  assert.equal(
    plan.totalBytes,
    plan.files.reduce((sum, file) => sum + fs.statSync(path.join(PLAIN, file.path)).size, 0),
  );
  assert.deepEqual(filesBelow(models.path), [], "a plan writes nothing");

  const progress: DownloadProgress[] = [];
  const folder = await download(NAME, { onProgress: (one) => progress.push(one) });
  assertInstalled(folder, PLAIN, ["config.json", WEIGHTS, "tokenizer.json"]);
  assert.equal(progress.at(-1)?.bytesDone, plan.totalBytes);
  assert.deepEqual(
    filesBelow(models.path).filter((file) => !file.startsWith(NAME)),
    [],
    "nothing is left over",
  );
  const provenance = readProvenance(folder);
  assert.deepEqual(provenance?.source, {
    kind: "hub",
    endpoint: server.endpoint,
    repository: NAME,
    commit: server.commit(NAME),
  });
  assert.equal(provenance.files[WEIGHTS]?.size, WEIGHT_BYTES);
});

test("sharded weights come with the shards that their index names", async (t) => {
  const { server, download } = await downloadBench(t);
  const source = checkpointFolder("tiny-sharded");
  server.publish("tiny/sharded", source, { "model-00004-of-00009.safetensors": "another" });
  const shards = [1, 2, 3].map((n) => `model-0000${n}-of-00003.safetensors`);
  assertInstalled(await download("tiny/sharded"), source, [
    ...["config.json", "tokenizer.json", "model.safetensors.index.json"],
    ...shards,
  ]);
});

test("an ONNX export is fetched where there is nothing else, the exact one, with what stands beside it", async (t) => {
  const { server, download } = await downloadBench(t);
  const graph = fs.readFileSync(path.join(fixturesFolder, "exports", "model.onnx"));
  const exported = { [WEIGHTS]: null, "onnx/model.onnx": graph, "onnx/model.onnx_data": "weights" };
  server.publish("tiny/exported", PLAIN, {
    ...exported,
    "onnx/model_quantized.onnx": graph,
    "onnx/model_fp16.onnx": "x",
  });
  const folder = await download("tiny/exported");
  assert.deepEqual(filesBelow(folder), [
    ...["config.json", "localghost.json", "onnx/model.onnx", "onnx/model.onnx_data", "tokenizer.json"],
  ]);
  assert.deepEqual(fs.readFileSync(path.join(folder, "onnx", "model.onnx")), graph);
});

test("a tokenizer in the older form comes in its two files", async (t) => {
  const { server, download } = await downloadBench(t);
  const source = checkpointFolder("tiny-bare");
  server.publish("tiny/bare", source);
  assertInstalled(await download("tiny/bare"), source, ["config.json", WEIGHTS, "vocab.json", "merges.txt"]);
  server.publish("tiny/words", source, { "added_tokens.json": '{"<user>":1}' });
  assert.equal(loadTokenizer(await download("tiny/words")).decode([1]), "<user>");
});

test("an address, a revision and a commit name the same model", async (t) => {
  const { server, download } = await downloadBench(t);
  server.publish(NAME, PLAIN);
  const commit = server.commit(NAME);
  const names = [
    `${server.endpoint}/${NAME}`,
    `${server.endpoint}/${NAME}/tree/main`,
    `${NAME}@main`,
    `${NAME}@${commit}`,
  ];
  for (const reference of names) {
    assert.equal(readProvenance(await download(reference))?.files[WEIGHTS]?.size, WEIGHT_BYTES);
  }
});

test("the token goes to the hub alone, and opens what is private", async (t) => {
  const { server, download } = await downloadBench(t, { token: "secret" });
  server.publish(NAME, PLAIN, {}, { token: "secret" });
  await download(NAME);
  const seen = (host: string): (string | undefined)[] =>
    server.requests.filter((request) => request.host === host).map(({ authorization }) => authorization);
  assert.ok(seen("hub").every((authorization) => authorization === "Bearer secret"));
  assert.ok(seen("cdn").length > 0);
  assert.ok(seen("cdn").every((authorization) => authorization === undefined));
});

const WEIGHTS_URL = /cdn.*model\.safetensors$/;
const survived: [name: string, fault: Fault, times: number, where?: RegExp][] = [
  ["a connection that is cut", { kind: "cut", after: 100_000 }, 2],
  ["a connection that is cut at once", { kind: "cut", after: 0 }, 2],
  ["a connection that stalls", { kind: "stall", after: 50_000 }, 2],
  ["a connection that is cut in a small file", { kind: "cut", after: 10 }, 2, /config\.json$/],
  ["a server without ranges", { kind: "noRanges" }, Infinity],
  ["a server that sends another range", { kind: "otherRange" }, 1],
  ["an error of the server", { kind: "status", status: 503 }, 2],
  ["an error of the server with a time to wait", { kind: "status", status: 503, retryAfter: "1" }, 1],
  ["too many requests", { kind: "status", status: 429, retryAfter: "1" }, 1],
  ["too many questions", { kind: "status", status: 429, retryAfter: "0" }, 2, /api\/models/],
  ["errors of the interface", { kind: "status", status: 500 }, 2, /\/tree\//],
  ["a slow trickle", { kind: "trickle", bytes: 8192, everyMs: 5 }, Infinity],
  ["a byte that was flipped on the way", { kind: "flip", at: 77_777 }, 1],
];

for (const [name, fault, times, where = WEIGHTS_URL] of survived) {
  test(`a download survives ${name}`, async (t) => {
    const { server, download } = await downloadBench(t);
    server.publish(NAME, PLAIN);
    // A first cut, so that there is something to go on with.
    if (fault.kind === "noRanges" || fault.kind === "otherRange") server.fail(where, { kind: "cut", after: 60_000 }, 1);
    server.fail(where, fault, times);
    assertInstalled(await download(NAME), PLAIN, ["config.json", WEIGHTS, "tokenizer.json"]);
  });
}

const refused: [name: string, fault: Fault, where: RegExp, kind: ErrorKind, sentence: RegExp][] = [
  [
    "a server that always breaks off",
    { kind: "cut", after: 0 },
    WEIGHTS_URL,
    "downloadFailed",
    /^model\.safetensors of tiny\/plain could not be fetched: the connection was lost .*\. Start again to go on where/,
  ],
  [
    "a server that never goes on",
    { kind: "stall", after: 0 },
    WEIGHTS_URL,
    "downloadFailed",
    /could not be fetched: nothing arrives any more\. Start again to go on where it stopped\.$/,
  ],
  [
    "a hub that never answers",
    { kind: "stall", after: 0 },
    /config\.json$/,
    "downloadFailed",
    /^config\.json of tiny\/plain could not be fetched: nothing arrives any more\./,
  ],
  [
    "bytes that are always others",
    { kind: "flip", at: 5 },
    WEIGHTS_URL,
    "downloadFailed",
    /^model\.safetensors of tiny\/plain does not arrive as the hub describes it \(its hash differs\): try another network/,
  ],
  [
    "a small file that is another",
    { kind: "flip", at: 5 },
    /resolve.*config\.json$/,
    "downloadFailed",
    /^config\.json of tiny\/plain does not arrive as the hub describes it/,
  ],
  [
    "more bytes than there should be",
    { kind: "length", extra: 100 },
    WEIGHTS_URL,
    "downloadFailed",
    /^What arrives is not model\.safetensors of tiny\/plain, which has \d+ bytes: check whether a proxy/,
  ],
  [
    "fewer bytes than there should be",
    { kind: "length", extra: -100 },
    WEIGHTS_URL,
    "downloadFailed",
    /^What arrives is not model\.safetensors of tiny\/plain/,
  ],
  [
    "a page instead of an answer",
    { kind: "page" },
    /api\/models/,
    "downloadFailed",
    /^The answer about tiny\/plain is not a hub's: check the endpoint/,
  ],
  [
    "a page instead of weights",
    { kind: "page" },
    WEIGHTS_URL,
    "downloadFailed",
    /^What arrives is not model\.safetensors of tiny\/plain/,
  ],
  ["a refusal", { kind: "status", status: 403 }, WEIGHTS_URL, "downloadFailed", /accept its terms on its page there/],
  [
    "a file that is gone",
    { kind: "status", status: 404 },
    WEIGHTS_URL,
    "modelNotFound",
    /^The hub has no model\.safete/,
  ],
  [
    "an answer that tells nothing",
    { kind: "status", status: 418 },
    WEIGHTS_URL,
    "downloadFailed",
    /\(418\): try again/,
  ],
  [
    "an hour to wait",
    { kind: "status", status: 429, retryAfter: "3600" },
    WEIGHTS_URL,
    "downloadFailed",
    /^The hub asks to wait 60 minutes before model\.safetensors of tiny\/plain is fetched: start again then\.$/,
  ],
  [
    "a hub that is out of order",
    { kind: "status", status: 500 },
    /api\/models/,
    "downloadFailed",
    /^tiny\/plain could not be fetched: the hub answers with an error \(500\)\. Start again/,
  ],
];

for (const [name, fault, where, kind, sentence] of refused) {
  test(`a download ends in one sentence: ${name}`, async (t) => {
    const { server, models, download } = await downloadBench(t);
    server.publish(NAME, PLAIN);
    server.fail(where, fault);
    await assert.rejects(download(NAME), fails(kind, sentence));
    assert.ok(!fs.existsSync(models.model(NAME)), "nothing half-done stands in the model's place");
    server.mend();
    assertInstalled(await download(NAME), PLAIN, ["config.json", WEIGHTS, "tokenizer.json"]);
  });
}

const unsuitable: [name: string, changes: Record<string, string | Buffer | null>, kind: ErrorKind, sentence: RegExp][] =
  [
    [
      "a pickle alone",
      { [WEIGHTS]: null, "pytorch_model.bin": "pickle" },
      "modelInvalid",
      /its pytorch_model\.bin is a pickle, which can run code and is not read\. Choose another one\.$/,
    ],
    ["no weights", { [WEIGHTS]: null }, "modelInvalid", /there is neither a model\.safetensors nor an ONNX export/],
    ["no configuration", { "config.json": null }, "modelInvalid", /has no config\.json/],
    ["no tokenizer", { "tokenizer.json": null, "merges.txt": "" }, "modelInvalid", /has no tokenizer that GPT-2 uses/],
    [
      "a tokenizer of another kind",
      { "tokenizer.json": '{"model":{"type":"WordPiece","vocab":{}}}' },
      "modelInvalid",
      /^The tokenizer of this model is not a byte-level byte-pair encoding as GPT-2 uses: choose another model\.$/,
    ],
    [
      "a tokenizer of a larger model",
      { "tokenizer.json": fs.readFileSync(path.join(nanoFolder, "tokenizer.json")) },
      "modelInvalid",
      /^The tokenizer in tiny\/plain has 8192 tokens but its model only \d+: copy both from the same model\.$/,
    ],
    ["another architecture", { "config.json": '{"model_type":"llama"}' }, "modelInvalid", /runs "gpt2" models only\.$/],
    [
      "an index that points outside",
      { [WEIGHTS]: null, "model.safetensors.index.json": '{"weight_map":{"a":"../../x.safetensors"}}' },
      "modelInvalid",
      /^The index of tiny\/plain's weights cannot be read/,
    ],
    [
      "an index that names what is not there",
      { [WEIGHTS]: null, "model.safetensors.index.json": '{"weight_map":{"a":"x.safetensors"}}' },
      "modelInvalid",
      /^tiny\/plain lacks x\.safetensors, which its index names/,
    ],
  ];

for (const [name, changes, kind, sentence] of unsuitable) {
  test(`a repository is refused before anything large is fetched: ${name}`, async (t) => {
    const { server, download } = await downloadBench(t);
    server.publish(NAME, PLAIN, changes);
    await assert.rejects(download(NAME), fails(kind, sentence));
    assert.equal(server.sent.get(WEIGHTS), undefined);
  });
}

test("names, revisions and rights that are wrong are told apart where the hub does", async (t) => {
  const { server, download } = await downloadBench(t);
  server.publish(NAME, PLAIN);
  server.publish("tiny/private", PLAIN, {}, { token: "secret" });
  server.publish("tiny/gated", PLAIN, {}, { gated: true });
  await assert.rejects(download("tiny/none"), fails("modelNotFound", /does not know tiny\/none, or it is private/));
  await assert.rejects(download("tiny/private"), fails("modelNotFound", /give a token that may read it\.$/));
  await assert.rejects(download("tiny/gated"), fails("downloadFailed", /accept its terms on its page there/));
  await assert.rejects(download(`${NAME}@v9`), fails("modelNotFound", /^The hub has no tiny\/plain at v9/));
  for (const bad of ["../up", "a/b/c", "a/..", "", "a b", "/etc/passwd", "http://elsewhere.test/a/b", "a/b@"]) {
    await assert.rejects(download(bad), (error: Error & { kind?: string }) => error.kind === "invalidRequest", bad);
  }
});

test("stopped and started again, a download fetches only what is missing, and reads what is there", async (t) => {
  const { server, models, download } = await downloadBench(t);
  server.publish(NAME, PLAIN);
  server.fail(WEIGHTS_URL, { kind: "trickle", bytes: 16_384, everyMs: 10 });
  const stop = new AbortController();
  const stopped = download(NAME, {
    signal: stop.signal,
    onProgress: ({ bytesDone }) => bytesDone > 150_000 && stop.abort(),
  });
  await assert.rejects(stopped, fails("cancelled", /what has arrived is kept\.$/));
  const [part = ""] = filesBelow(models.staging).filter((file) => file.endsWith(".part"));
  const arrived = fs.statSync(path.join(models.staging, part)).size;
  assert.ok(arrived > 100_000 && arrived < WEIGHT_BYTES);

  server.mend();
  server.forgetRequests();
  const activities = new Set<string>();
  const folder = await download(NAME, { onProgress: ({ activity }) => activities.add(activity) });
  assertInstalled(folder, PLAIN, ["config.json", WEIGHTS, "tokenizer.json"]);
  assert.equal(server.sent.get(WEIGHTS), WEIGHT_BYTES - arrived);
  const once = fs.statSync(path.join(PLAIN, "tokenizer.json")).size;
  assert.equal(server.sent.get("tokenizer.json"), once, "for the plan alone: it had arrived whole");
  assert.ok(activities.has("checking"));
});

test("a byte that flips on the disk between two starts is found", async (t) => {
  const { server, models, download } = await downloadBench(t);
  server.publish(NAME, PLAIN);
  server.fail(WEIGHTS_URL, { kind: "cut", after: 200_000 }, 1);
  server.fail(WEIGHTS_URL, { kind: "cut", after: 0 });
  await assert.rejects(download(NAME), fails("downloadFailed", /could not be fetched/));
  server.mend();
  for (const file of filesBelow(models.staging)) {
    const staged = path.join(models.staging, file);
    const bytes = fs.readFileSync(staged);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 4;
    fs.writeFileSync(staged, bytes);
  }
  assertInstalled(await download(NAME), PLAIN, ["config.json", WEIGHTS, "tokenizer.json"]);
});

test("a new revision replaces the old one, and keeps what both share", async (t) => {
  const { server, models, download } = await downloadBench(t);
  server.publish(NAME, PLAIN);
  const folder = await download(NAME);
  fs.writeFileSync(path.join(folder, "localghost-int8.safetensors"), "packed of the old one");
  const config = fs.readFileSync(path.join(PLAIN, "config.json"), "utf8").replace("{", '{ "note": "newer",');
  server.publish(NAME, PLAIN, { "config.json": config });
  await download(NAME);
  assert.equal(fs.readFileSync(path.join(folder, "config.json"), "utf8"), config);
  assert.ok(!fs.existsSync(path.join(folder, "localghost-int8.safetensors")));
  assert.deepEqual(filesBelow(models.trash), []);
});

test("two at once: the second is told, and the first ends right", async (t) => {
  const { server, download } = await downloadBench(t);
  server.publish(NAME, PLAIN);
  server.fail(WEIGHTS_URL, { kind: "trickle", bytes: 32_768, everyMs: 20 });
  let second: Promise<unknown> | undefined;
  const first = download(NAME, { onProgress: () => void (second ??= download(NAME).catch((error: unknown) => error)) });
  assertInstalled(await first, PLAIN, ["config.json", WEIGHTS, "tokenizer.json"]);
  const told = await second;
  assert.ok(told instanceof Error);
  assert.match(told.message, /^Another window or command is working on tiny\/plain: wait for it, or stop it there\.$/);
});

test("a download that does not fit the disk is refused before it begins", async (t) => {
  const { server, hub, models } = await downloadBench(t);
  server.publish(NAME, PLAIN);
  t.mock.method(fs.promises, "statfs", () => Promise.resolve({ bavail: 1000, bsize: 4096 }));
  const { downloadModel } = await import("../../src/models/download/download.ts");
  const plan = await planDownload(hub, { repository: NAME }, models, neverAborted());
  await assert.rejects(
    downloadModel(hub, plan, models, neverAborted()),
    fails("downloadFailed", /^tiny\/plain needs 3\d\d kB, and the disk of .* has 4\.1 MB left: make room/),
  );
});

test("a search lists what the hub has", async (t) => {
  const { server, hub } = await downloadBench(t);
  server.publish(NAME, PLAIN);
  server.publish("other/model", PLAIN);
  const found = await hub.search("plain", 10, neverAborted());
  assert.deepEqual(found, [{ name: NAME, downloads: 7, likes: 3, updated: "2026-01-01T00:00:00.000Z" }]);
});
