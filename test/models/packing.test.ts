/** Packing: whole or not at all, sealed, and made from what it says. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import {
  inspectPackedWeights,
  makePackedWeights,
  openPackedWeights,
  packedFileName,
  type PackProgress,
} from "../../src/engine/model/packedWeights.ts";
import { readSafetensorsHeader } from "../../src/engine/model/safetensors.ts";
import { removeAbandoned } from "../../src/engine/model/temporaryFiles.ts";
import { verifyChecksum } from "../../src/engine/model/verifyChecksum.ts";
import { DTYPES } from "../../src/shared/protocol.ts";
import { fails } from "../engine/helpers/checkpoints.ts";
import { checkpointFolder, copyModel, neverAborted, temporaryFolder } from "../helpers/fixtures.ts";
import { filesBelow } from "./helpers/hub.ts";

const INT8 = packedFileName("int8");

for (const dtype of DTYPES) {
  test(`${dtype}: packing reports how far it is, and seals what it made`, async (t) => {
    const folder = copyModel(t, checkpointFolder("tiny-sharded"));
    const progress: PackProgress[] = [];
    const target = path.join(folder, packedFileName(dtype));
    await makePackedWeights(folder, dtype, target, { onProgress: (one) => progress.push(one) });
    assert.deepEqual([...new Set(progress.map(({ activity }) => activity))], ["reading", "packing"]);
    for (const activity of ["reading", "packing"]) {
      const last = progress.filter((one) => one.activity === activity).at(-1);
      assert.equal(last?.bytesDone, last?.bytesTotal, activity);
    }
    await verifyChecksum(target, neverAborted());

    const { metadata } = readSafetensorsHeader(target);
    const hashes = JSON.parse(metadata["hashes"] ?? "") as Record<string, string>;
    assert.equal(Object.keys(hashes).length, 3, "one a shard");
    for (const [name, hash] of Object.entries(hashes)) {
      const actual = createHash("sha256")
        .update(fs.readFileSync(path.join(folder, name)))
        .digest("hex");
      assert.equal(hash, actual);
    }
  });
}

test("a flipped bit anywhere in a packed file is found", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-odd"));
  const target = path.join(folder, INT8);
  const { tensors } = await openPackedWeights(folder, "int8", temporaryFolder(t));
  const whole = fs.readFileSync(target);
  const places = [...tensors.values()].flatMap(({ offset, byteLength }) => [offset, offset + byteLength - 1]);
  // In the header: its metadata, a name of a tensor, the padding.
  for (const place of [30, 150, 600, 4000, ...places]) {
    const damaged = Buffer.from(whole);
    damaged[place] = (damaged[place] ?? 0) ^ 16;
    fs.writeFileSync(target, damaged);
    await assert.rejects(
      verifyChecksum(target, neverAborted()),
      (error: Error & { kind?: string }) => error.kind === "modelInvalid",
      `byte ${place}`,
    );
  }
  fs.writeFileSync(target, whole);
  await verifyChecksum(target, neverAborted());
});

test("what goes on after its end is no packed file", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-odd"));
  await openPackedWeights(folder, "int8", temporaryFolder(t));
  fs.appendFileSync(path.join(folder, INT8), "x");
  assert.equal(inspectPackedWeights(folder, "int8"), "outdated");
  fs.rmSync(path.join(folder, "model.safetensors"));
  const sentence = /is damaged: it goes on after its end\. Install the model again\.$/;
  await assert.rejects(openPackedWeights(folder, "int8", temporaryFolder(t)), fails("modelInvalid", sentence));
});

test("packing that is cancelled leaves nothing, whenever that is", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const before = filesBelow(folder);
  const steps: PackProgress[] = [];
  await makePackedWeights(folder, "int4", path.join(temporaryFolder(t), "x"), { onProgress: (one) => steps.push(one) });
  for (let stopAt = 0; stopAt < steps.length - 1; stopAt += 3) {
    const stop = new AbortController();
    let step = 0;
    const packing = makePackedWeights(folder, "int4", path.join(folder, packedFileName("int4")), {
      signal: stop.signal,
      onProgress: () => step++ === stopAt && stop.abort(),
    });
    await assert.rejects(packing, fails("cancelled", /^Packing was cancelled\.$/));
    assert.deepEqual(filesBelow(folder), before);
  }
});

test("what a killed process left is removed at the next packing; a living one's is not", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const dead = path.join(folder, `${INT8}.999999999.tmp`);
  const living = path.join(folder, `${INT8}.${process.ppid}.tmp`);
  const others = path.join(folder, "notes.tmp");
  for (const file of [dead, living, others]) fs.writeFileSync(file, "half");
  await openPackedWeights(folder, "int8", temporaryFolder(t));
  assert.deepEqual(
    [dead, living, others].map((file) => fs.existsSync(file)),
    [false, true, true],
  );
  const longAgo = new Date(Date.now() - 48 * 3600 * 1000);
  fs.utimesSync(living, longAgo, longAgo);
  assert.equal(removeAbandoned(folder), 4);
  assert.ok(fs.existsSync(others));
});
