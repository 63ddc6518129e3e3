/**
 * Downloads, packs and removes a model again and again, until it is killed.
 * Arguments: the hub's address, the models folder.
 */
import { downloadModel } from "../../../src/models/download/download.ts";
import { Hub } from "../../../src/models/download/hub.ts";
import { fetchThroughProxy } from "../../../src/models/download/proxyFetch.ts";
import { planDownload } from "../../../src/models/download/plan.ts";
import { importModel } from "../../../src/models/import/importModel.ts";
import { ModelsFolder } from "../../../src/models/modelsFolder.ts";
import { packModel } from "../../../src/models/packModel.ts";
import { installedNames } from "../../../src/models/installed.ts";
import { removeModel } from "../../../src/models/remove.ts";

const [endpoint = "", folder = "", source = ""] = process.argv.slice(2);
const hub = new Hub({ endpoint, fetch: fetchThroughProxy(undefined) });
const models = new ModelsFolder(folder);
const { signal } = new AbortController();

process.stdout.write("ready\n");
for (;;) {
  const plan = await planDownload(hub, { repository: "tiny/plain" }, models, signal);
  const downloaded = { name: plan.repository.name, folder: await downloadModel(hub, plan, models, signal) };
  const imported = installedNames(models).includes("imported/copy")
    ? { name: "imported/copy", folder: models.model("imported/copy") }
    : await importModel(source, models, { name: "imported/copy", signal });
  for (const model of [downloaded, imported]) {
    for (const dtype of ["int8", "int4", "fp32"] as const) {
      await packModel({ ...model, lock: models.lockOf(model.name) }, dtype, { signal });
    }
    await removeModel(models, model.name);
  }
}
