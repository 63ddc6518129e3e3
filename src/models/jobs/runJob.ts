import { cleanUp } from "../cleanUp.ts";
import { importModel } from "../import/importModel.ts";
import { measureMachine } from "../machine.ts";
import { ModelsFolder } from "../modelsFolder.ts";
import { moveModels } from "../moveModelsFolder.ts";
import { packModel } from "../packModel.ts";
import { discardDownload, removeModel } from "../remove.ts";
import { verifyModel } from "../verify.ts";
import type { Job, JobKind, JobProgress, Jobs } from "./jobs.ts";

type Runner<K extends JobKind> = (
  job: Jobs[K]["given"],
  signal: AbortSignal,
  onProgress: (progress: JobProgress) => void,
) => Promise<Jobs[K]["brings"]>;

const RUNNERS: { readonly [K in JobKind]: Runner<K> } = {
  pack: ({ dtype, ...model }, signal, onProgress) => packModel(model, dtype, { signal, onProgress }),
  verify: ({ folder }, signal, onProgress) =>
    verifyModel(folder, signal, (progress) => onProgress({ activity: "verifying", ...progress })),
  import: ({ source, models, name }, signal, onProgress) => {
    const folder = tidied(models);
    return importModel(source, folder, { name, signal, onProgress });
  },
  remove: ({ name, models }) => removeModel(tidied(models), name),
  discard: ({ name, models }) => discardDownload(tidied(models), name),
  move: async ({ from, to, usual }, signal, onProgress) => {
    const { models, names, bytes } = await moveModels(new ModelsFolder(from), to, { usual, signal, onProgress });
    return { folder: models.path, names, bytes };
  },
  measure: () => measureMachine(),
};

/** Does a job in this process. */
export function runJob<K extends JobKind>(
  job: Job<K>,
  signal: AbortSignal,
  onProgress: (progress: JobProgress) => void,
): Promise<Jobs[K]["brings"]> {
  return (RUNNERS[job.kind] as unknown as Runner<K>)(job, signal, onProgress);
}

/** Whoever changes the models folder first removes what processes that ended too early have left there. */
function tidied(folder: string): ModelsFolder {
  const models = new ModelsFolder(folder);
  cleanUp(models);
  return models;
}
