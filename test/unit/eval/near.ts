import assert from "node:assert/strict";

const LARGEST_ERROR = 1e-9;

/** Both sides add floating-point numbers in their own order. */
export function assertNear(actual: number, expected: number, what: string): void {
  const allowed = LARGEST_ERROR * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(actual - expected) <= allowed, `${what}: ${actual}, and the reference says ${expected}`);
}
