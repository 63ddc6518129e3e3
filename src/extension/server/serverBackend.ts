import * as path from "node:path";
import { configOf, installedNames } from "../../models/installed.ts";
import { embeddedNames } from "../../models/namedModel.ts";
import type { ServedModel, ServerBackend } from "../../server/backend.ts";
import type { EngineSupervisor } from "../client/engineSupervisor.ts";
import { readModelsFolder } from "../config.ts";
import type { ModelSpecs } from "../models/modelSpecs.ts";

/** Lets the local server ask the window's engine, for all models of this machine. */
export function serverBackend(engine: EngineSupervisor, specs: ModelSpecs): ServerBackend {
  return {
    models: () => servedModels(specs),
    engine: {
      generate: (params, signal, onProgress) =>
        engine.use(({ client }) => client.generate(params, signal, onProgress), signal, params.model),
      score: (params, signal) => engine.use(({ client }) => client.score(params, signal), signal, params.model),
      tokenize: (params, signal) => engine.use(({ client }) => client.tokenize(params, signal), signal, params.model),
      detokenize: (params, signal) =>
        engine.use(({ client }) => client.detokenize(params, signal), signal, params.model),
    },
  };
}

/** The model that the settings choose comes first. */
function servedModels(specs: ModelSpecs): ServedModel[] {
  const names = new Set([specs.nameFor({}), ...embeddedNames(specs.embedded), ...installedNames(readModelsFolder())]);
  return [...names].flatMap((name) => {
    try {
      const spec = specs.specOf(name);
      // A client need not know where a folder is.
      const id = path.isAbsolute(name) ? path.basename(name) : name;
      return [{ id, spec, contextLength: configOf(spec.folder)?.contextLength }];
    } catch {
      // The settings name one that is not there: who asks for it is told.
      return [];
    }
  });
}
