import * as path from "node:path";
import * as vscode from "vscode";
import { privateWords } from "../../doctor/privateWords.ts";
import type { SettingsFacts, Subject, SubjectEngine, WorkspaceMemoryFacts } from "../../doctor/subject.ts";
import { childEnvironment } from "../client/engineProcess.ts";
import type { EngineSupervisor } from "../client/engineSupervisor.ts";
import { getSetting, inspectSettings, isEnabled, readForeignSetting, readModelsFolder } from "../config.ts";
import { WAYS_TO_HOST } from "../engineHost.ts";
import type { MemoryFeed } from "../memory/memoryFeed.ts";
import type { ModelSpecs } from "../models/modelSpecs.ts";
import { surroundings } from "../neighbourNotice.ts";
import { activeNeighbours } from "../neighbours.ts";

export interface DoctorParts {
  readonly context: vscode.ExtensionContext;
  readonly engine: EngineSupervisor;
  readonly specs: ModelSpecs;
  readonly memory: MemoryFeed;
}

/** This VS Code, as the doctor examines it. */
export function subjectOf({ context, engine, specs, memory }: DoctorParts): Subject {
  const { remoteName } = vscode.env;
  const place = remoteName === undefined ? "local" : (WAYS_TO_HOST[remoteName] ?? "remote");
  const spec = () => specs.specFor({ languageId: vscode.window.activeTextEditor?.document.languageId });
  return {
    client: `VS Code ${vscode.version}, ${place}`,
    root: context.extensionPath,
    environment: childEnvironment(),
    spec,
    embedded: specs.embedded,
    models: readModelsFolder,
    privateWords: words(context),
    isLoaded: () => isLoaded(engine, spec),
    engine: () => Promise.resolve(subjectEngine(engine)),
    settings,
    workspaceMemory: () => memoryFacts(memory),
  };
}

function subjectEngine(engine: EngineSupervisor): SubjectEngine {
  return {
    load: (spec, signal) => engine.use(({ model }) => Promise.resolve(model), signal, spec),
    generate: (params, signal) => engine.use(({ client }) => client.generate(params, signal), signal, params.model),
  };
}

function isLoaded(engine: EngineSupervisor, spec: Subject["spec"]): boolean {
  try {
    return engine.modelOf(spec()) !== undefined;
  } catch {
    // A model that is not there is another check's business.
    return false;
  }
}

async function settings(): Promise<SettingsFacts> {
  const neighbours = await activeNeighbours(surroundings);
  return {
    isOn: isEnabled(),
    ...inspectSettings(),
    editorShowsSuggestions: readForeignSetting("editor.inlineSuggest.enabled") !== false,
    neighbours: [...new Set(neighbours.map(({ name }) => name))],
  };
}

function memoryFacts({ state }: MemoryFeed): WorkspaceMemoryFacts {
  const { status, waiting, isPaused } = state;
  const { files = 0, tokens = 0, bytes = 0, isFull = false } = status ?? {};
  return { isOn: getSetting("memory.enable"), files, tokens, bytes, isFull, waiting, isPaused };
}

function words(context: vscode.ExtensionContext) {
  const workspace = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const ours = [context.globalStorageUri.fsPath, context.extensionPath];
  const model = getSetting("model");
  const { folders, names } = privateWords([...workspace, ...(path.isAbsolute(model) ? [model] : [])]);
  return { folders: [...folders, ...ours, ...modelsFolder()], names };
}

/** A setting that names no folder is another check's business. */
function modelsFolder(): string[] {
  try {
    return [readModelsFolder().path];
  } catch {
    return [];
  }
}
