/** Downloads that stopped before they were whole, and can go on. */
import * as fs from "node:fs";
import * as path from "node:path";
import { bytesBelow } from "../diskSpace.ts";
import { isModelName } from "../modelName.ts";
import type { ModelsFolder } from "../modelsFolder.ts";
import { isLocked } from "../processLock.ts";

/** The folder in a download's staging folder whose files arrive. */
export const ARRIVING = "model";

const RECORD = "download.json";

interface Recorded {
  readonly name: string;
  readonly commit: string;
  readonly bytesTotal: number;
}

export interface UnfinishedDownload extends Recorded {
  readonly bytesDone: number;
  /** `running` while a process works on it. */
  readonly state: "running" | "stopped";
}

/** Notes what a staging folder is for. */
export function writeUnfinished(staging: string, recorded: Recorded): void {
  fs.writeFileSync(path.join(staging, RECORD), JSON.stringify(recorded));
}

/** All that have begun and not ended, by name. */
export function unfinishedDownloads(models: ModelsFolder): UnfinishedDownload[] {
  if (!fs.existsSync(models.staging)) return [];
  const found: UnfinishedDownload[] = [];
  for (const key of fs.readdirSync(models.staging)) {
    const staging = path.join(models.staging, key);
    const recorded = readRecord(staging);
    if (!recorded || !fs.existsSync(path.join(staging, ARRIVING))) continue;
    const state = isLocked(models.lockOf(recorded.name)) ? "running" : "stopped";
    found.push({ ...recorded, bytesDone: bytesBelow(path.join(staging, ARRIVING)), state });
  }
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

function readRecord(staging: string): Recorded | undefined {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(path.join(staging, RECORD), "utf8"));
    const { name, commit, bytesTotal } = (value ?? {}) as Partial<Recorded>;
    if (typeof name !== "string" || !isModelName(name)) return undefined;
    return typeof commit === "string" && typeof bytesTotal === "number" ? { name, commit, bytesTotal } : undefined;
  } catch {
    return undefined;
  }
}
