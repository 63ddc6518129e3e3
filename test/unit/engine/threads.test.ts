import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { defaultThreads, linuxCores, physicalCores } from "../../../src/engine/model/threads.ts";
import { temporaryFolder } from "../../helpers/fixtures.ts";

/** A folder like Linux's, with the siblings of each processor; one without siblings is off. */
function processors(t: TestContext, siblings: readonly (string | undefined)[]): string {
  const folder = temporaryFolder(t);
  for (const other of ["cpufreq", "cpuidle", "possible"]) fs.mkdirSync(path.join(folder, other));
  for (const [i, list] of siblings.entries()) {
    const topology = path.join(folder, `cpu${i}`, "topology");
    fs.mkdirSync(list === undefined ? path.dirname(topology) : topology, { recursive: true });
    if (list !== undefined) fs.writeFileSync(path.join(topology, "thread_siblings_list"), `${list}\n`);
  }
  return folder;
}

test("Linux tells which processors share a core", (t) => {
  assert.equal(linuxCores(processors(t, ["0", "1"])), 2);
  assert.equal(linuxCores(processors(t, ["0,2", "1,3", "0,2", "1,3"])), 2);
  assert.equal(linuxCores(processors(t, ["0-1", "0-1", "2-3", "2-3", "4", "5"])), 4, "some cores run one thread");
  assert.equal(linuxCores(processors(t, ["0", "1", undefined])), 2);
  assert.equal(linuxCores(processors(t, [])), undefined);
  assert.equal(linuxCores("/nowhere"), undefined);
});

test("no more cores are counted than the process may use", () => {
  assert.equal(physicalCores("darwin", "arm64", 10), 10);
  assert.equal(physicalCores("win32", "arm64", 8), 8);
  assert.equal(physicalCores("win32", "x64", 16), 8);
  assert.equal(physicalCores("win32", "x64", 1), 1);
  assert.equal(physicalCores("linux", "x64", 1), 1);
});

test("a core stays free, and a thread is always left", () => {
  assert.deepEqual([1, 2, 4, 9, 64].map(defaultThreads), [1, 1, 3, 8, 8]);
  assert.ok(defaultThreads() >= 1);
});
