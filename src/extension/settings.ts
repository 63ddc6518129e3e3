import * as path from "node:path";
import { DEVICE_PREFERENCES, DTYPES } from "../shared/protocol.ts";
import { SENSITIVITIES } from "./completion/sensitivity.ts";
import { readExamples } from "./actions/examples.ts";

/**
 * Reads one value of settings.json, where a person may have typed anything: `undefined` means that it is not valid,
 * and the default of package.json holds.
 */
type Reader<T> = (value: unknown) => T | undefined;

const truth: Reader<boolean> = (value) => (typeof value === "boolean" ? value : undefined);
const text: Reader<string> = (value) => (typeof value === "string" && value.trim() !== "" ? value.trim() : undefined);

function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): Reader<number> {
  return (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

function oneOf<const T extends string>(words: readonly T[]): Reader<T> {
  return (value) => words.find((word) => word === value);
}

const share: Reader<number> = (value) => (typeof value === "number" && value >= 0 && value <= 1 ? value : undefined);
/** Of anything: whoever uses the entries reads them one by one, and says which are not valid. */
const list: Reader<readonly unknown[]> = (value) => (Array.isArray(value) ? value : undefined);
const texts: Reader<readonly string[]> = (value) =>
  Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : undefined;

const switches: Reader<Readonly<Record<string, boolean>>> = (value) => {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, boolean] => truth(entry[1]) !== undefined),
  );
};

/** Names or folders of models, by what they are for. */
const models: Reader<Readonly<Record<string, string>>> = (value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, model]) => {
      const name = text(model);
      return name === undefined ? [] : [[key, name]];
    }),
  );
};

/** Empty: the system's own place. */
const folder: Reader<string> = (value) =>
  typeof value === "string" && (value.trim() === "" || path.isAbsolute(value.trim())) ? value.trim() : undefined;

const address: Reader<string> = (value) =>
  typeof value === "string" && /^https?:$/.test(URL.parse(value.trim())?.protocol ?? "") ? value.trim() : undefined;

/** Empty: there is no server. */
const server: Reader<string> = (value) => (value === "" ? "" : address(value));
const anyText: Reader<string> = (value) => (typeof value === "string" ? value.trim() : undefined);

/** All settings under `localghost.`, each with the reader that gives it its type. Defaults stand in package.json. */
export const SETTINGS = {
  enable: truth,
  enableByLanguage: switches,
  model: text,
  modelByLanguage: models,
  modelByTask: models,
  modelsFolder: folder,
  "hub.endpoint": address,
  "remote.endpoint": server,
  "remote.model": anyText,
  "remote.timeoutSeconds": wholeNumber(1),
  dtype: oneOf(DTYPES),
  device: oneOf(DEVICE_PREFERENCES),
  threads: wholeNumber(0),
  cacheMegabytes: wholeNumber(0),
  unloadAfterMinutes: wholeNumber(0),
  debounceMs: wholeNumber(0),
  maxTokens: wholeNumber(1),
  maxLines: wholeNumber(1),
  sensitivity: oneOf(SENSITIVITIES),
  exclude: texts,
  "memory.enable": truth,
  "memory.maxMegabytes": wholeNumber(16),
  "server.port": wholeNumber(0, 65_535),
  resultView: oneOf(["inline", "panel"]),
  notSureBelow: share,
  codeLens: texts,
  prompts: list,
  examples: readExamples,
} satisfies Record<string, Reader<unknown>>;

export type SettingName = keyof typeof SETTINGS;
export type SettingValue<K extends SettingName> = NonNullable<ReturnType<(typeof SETTINGS)[K]>>;

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

/** A change of one of these takes a new engine process. */
export const ENGINE_SETTINGS = [
  "model",
  "modelsFolder",
  "dtype",
  "device",
  "threads",
  "cacheMegabytes",
  "unloadAfterMinutes",
] as const satisfies SettingName[];

/** A change of one of these takes a new connection to the remote server. */
export const REMOTE_SETTINGS = [
  "remote.endpoint",
  "remote.model",
  "remote.timeoutSeconds",
] as const satisfies SettingName[];

/** Whether ghost text is on for a language; `*` stands for those that have no entry. */
export function isLanguageOn(byLanguage: Readonly<Record<string, boolean>>, languageId: string): boolean {
  return byLanguage[languageId] ?? byLanguage["*"] ?? true;
}
