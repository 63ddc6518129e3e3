/** `npm run docs`: writes docs/commands.md and docs/settings.md again, after package.json or package.nls.json changed. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./lib/paths.mjs";
import { referenceDocs } from "./lib/referenceDocs.mjs";

for (const [file, text] of await referenceDocs(repository)) {
  writeFileSync(join(repository, file), text);
  process.stdout.write(`${file}\n`);
}
