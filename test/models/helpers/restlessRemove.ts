/** Removes a model once it is told to. Arguments: the models folder, the name. */
import { ModelsFolder } from "../../../src/models/modelsFolder.ts";
import { removeModel } from "../../../src/models/remove.ts";

const [folder = "", name = ""] = process.argv.slice(2);
process.stdout.write("ready\n");
await removeModel(new ModelsFolder(folder), name);
process.stdout.write("removed\n");
// Killed a little later too.
setInterval(() => undefined, 1000);
