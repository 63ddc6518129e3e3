import type { GenerateParams, GenerateResult, ModelInfo, ModelSpec } from "../shared/protocol.ts";
import type { ModelsFolder } from "../models/modelsFolder.ts";
import type { PrivateWords } from "./redact.ts";

/** What the settings say, without values that may be private. */
export interface SettingsFacts {
  readonly isOn: boolean;
  /** Names of settings whose values are not valid. */
  readonly invalid: readonly string[];
  /** Settings that are not at their defaults; the value only of those that choose among words, numbers and switches. */
  readonly changed: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Whether the editor itself shows inline suggestions. */
  readonly editorShowsSuggestions: boolean;
  /** Other extensions that suggest text now. */
  readonly neighbours: readonly string[];
}

export interface WorkspaceMemoryFacts {
  readonly isOn: boolean;
  readonly files: number;
  readonly tokens: number;
  readonly bytes: number;
  readonly isFull: boolean;
  readonly waiting: number;
  readonly isPaused: boolean;
}

/** A running engine, as the doctor uses it. */
export interface SubjectEngine {
  load(spec: ModelSpec, signal: AbortSignal): Promise<ModelInfo>;
  generate(params: GenerateParams, signal: AbortSignal): Promise<GenerateResult>;
}

/** What the doctor examines, as its client sees it: the extension or the command line. */
export interface Subject {
  /** `VS Code 1.139.1, local`, `command line`. */
  readonly client: string;
  /** The folder of Localghost itself, with `node_modules` in it. */
  readonly root: string;
  /** In which this program, started again, is Node. */
  readonly environment: NodeJS.ProcessEnv;
  /** The model in use. @throws LocalghostError where it is not there */
  readonly spec: () => ModelSpec;
  /** The folder of the models that come with Localghost. */
  readonly embedded: string;
  /** @throws where no folder can be named */
  readonly models: () => ModelsFolder;
  readonly privateWords: PrivateWords;
  /** Whether the model takes its memory now. */
  readonly isLoaded: () => boolean;
  /** Starts nothing yet. @throws where there can be no engine */
  readonly engine: () => Promise<SubjectEngine>;
  /** Absent on the command line, which has no settings. */
  readonly settings?: () => Promise<SettingsFacts>;
  readonly workspaceMemory?: () => WorkspaceMemoryFacts;
}
