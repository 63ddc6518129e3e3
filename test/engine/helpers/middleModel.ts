import * as fs from "node:fs";
import * as path from "node:path";
import type { TestContext } from "node:test";
import { checkpointFolder, copyModel } from "../../helpers/fixtures.ts";

export const MIDDLE_TOKENS = { prefix: 268, suffix: 269, middle: 270 };

/** A tiny checkpoint whose tokenizer has the three tokens, in the place of three that it can do without. */
export function middleModel(t: TestContext): string {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const file = path.join(folder, "tokenizer.json");
  const json = JSON.parse(fs.readFileSync(file, "utf8")) as { added_tokens: object[] };
  for (const [name, id] of Object.entries(MIDDLE_TOKENS)) {
    json.added_tokens.push({ id, content: `<|fim_${name}|>`, special: true });
  }
  fs.writeFileSync(file, JSON.stringify(json));
  return folder;
}
