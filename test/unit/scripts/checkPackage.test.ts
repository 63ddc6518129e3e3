import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { checkBill, checkNotices } from "../../../scripts/lib/checkPackage.mjs";
import { targets } from "../../../scripts/lib/packageTargets.mjs";
import { repository } from "../../../scripts/lib/paths.mjs";
import { thirdPartyNotices } from "../../../scripts/lib/thirdPartyNotices.mjs";

const lit = { name: "lit", version: "3.3.3", licence: "BSD-3-Clause", licenceText: "Copyright Google LLC" };
const runtime = { name: "onnxruntime-common", version: "1.30.0", licence: "MIT", licenceText: "Copyright Microsoft" };

test("the notices hold every package's licence, and what is missing is named", () => {
  for (const target of Object.keys(targets)) {
    const notices = thirdPartyNotices([lit, runtime], target);
    assert.deepEqual(checkNotices(notices, [lit, runtime]), []);
    assert.equal(notices.includes("dxcompiler.dll"), target.startsWith("win32-"), target);
    assert.match(notices, /Eigen/, "what ONNX Runtime links");
  }
  const other = { ...lit, licenceText: "Copyright someone else" };
  assert.deepEqual(checkNotices(thirdPartyNotices([lit, runtime], "linux-x64"), [other]), [
    "The notices lack the licence of lit.",
  ]);
});

test("each licence text that stands in for a missing one is known to be that of the version that is installed", () => {
  const index = fs.readFileSync(path.join(repository, "scripts", "licences", "README.md"), "utf8");
  const stated = [...index.matchAll(/\| `([^`]+)` (\d+\.\d+\.\d+) \(/g)];
  assert.equal(stated.length, 5);
  for (const [, name = "", version] of stated) {
    const manifest = path.join(repository, "node_modules", name, "package.json");
    const installed = JSON.parse(fs.readFileSync(manifest, "utf8")) as { version: string };
    assert.equal(installed.version, version, `${name}: compare its licence text with the new version's`);
  }
});

test("the bill of materials names packages, and the checksum of each binary", () => {
  const content = Buffer.from("machine code");
  const entries = new Map([["node_modules/onnxruntime-node/bin/a.node", { packed: 1, content }]]);
  const hash = { alg: "SHA-256", content: createHash("sha256").update(content).digest("hex") };
  const bill = (hashes: object[]) => JSON.stringify({ components: [{ "bom-ref": "lit@3.3.3", hashes }] });
  assert.deepEqual(checkBill(bill([hash]), entries, [lit]), []);
  assert.deepEqual(checkBill(bill([]), entries, [lit, runtime]), [
    "The bill of materials lacks onnxruntime-common.",
    "The bill of materials lacks the checksum of node_modules/onnxruntime-node/bin/a.node.",
  ]);
});
