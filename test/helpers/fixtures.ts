import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { TestContext } from "node:test";

const root = path.resolve(import.meta.dirname, "..", "..");
export const fixturesFolder = path.join(root, "test", "fixtures");
export const nanoFolder = path.join(root, "models", "localghost-nano");

export function readFixture<T>(...names: string[]): T {
  return JSON.parse(fs.readFileSync(path.join(fixturesFolder, ...names), "utf8")) as T;
}

/** A folder that is removed when the test ends. */
export function temporaryFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "localghost-test-"));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A copy of a model's folder that a test may damage; packed weights stay behind. */
export function copyModel(t: TestContext, source: string): string {
  const target = path.join(temporaryFolder(t), path.basename(source));
  fs.cpSync(source, target, {
    recursive: true,
    filter: (file) => !/^localghost-\w+\.safetensors$/.test(path.basename(file)),
  });
  return target;
}

export function checkpointFolder(name: string): string {
  return path.join(fixturesFolder, "checkpoints", name);
}

/** The largest difference between two vectors of one length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`lengths differ: ${a.length} and ${b.length}`);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] ?? NaN) - (b[i] ?? NaN)));
  return largest;
}

export function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

/** A signal that is never aborted. */
export function neverAborted(): AbortSignal {
  return new AbortController().signal;
}
