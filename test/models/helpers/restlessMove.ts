/** Moves the models to and fro between two folders until it is killed. Arguments: the folders, and `copy` for two disks. */
import * as path from "node:path";
import { moveModels } from "../../../src/models/moveModelsFolder.ts";
import { followMoves } from "../../../src/models/movedNote.ts";
import { ModelsFolder } from "../../../src/models/modelsFolder.ts";
import { asTwoDisks } from "./twoDisks.ts";

const [usual = "", other = "", how] = process.argv.slice(2);
if (how === "copy") asTwoDisks(path.resolve(usual), path.resolve(other));
const { signal } = new AbortController();

process.stdout.write("ready\n");
for (;;) {
  const from = new ModelsFolder(followMoves(usual));
  await moveModels(from, from.path === usual ? other : usual, { usual, signal });
}
