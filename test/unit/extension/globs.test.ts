import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { asCompared } from "../../../src/extension/globs.ts";

const cases: [glob: string, compared: string[]][] = [
  ["src/*", ["src/*"]],
  ["**/credentials*", ["**/credentials*", "**/credentials*/**"]],
  ["**/.env", ["**/.env", "**/.env/**"]],
  ["private/**", ["private/**"]],
  ["/home/me/private", ["/home/me/private", "/home/me/private/**"]],
  ["C:\\Users\\me\\private\\**", ["c:/Users/me/private/**"]],
  ["/C:/Users/me/*.key", ["c:/Users/me/*.key", "c:/Users/me/*.key/**"]],
  ["d:/notes/secret", ["d:/notes/secret", "d:/notes/secret/**"]],
  ["folder/", ["folder/"]],
];

suite("globs as VS Code compares them", () => {
  for (const [glob, compared] of cases) test(glob, () => assert.deepEqual(asCompared(glob), compared));
});
