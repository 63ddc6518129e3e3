import type { InstalledModel } from "./installed.ts";

const DAY_MS = 24 * 3600 * 1000;

/** Whole days since a model was last used or, where it never was, since it was added; undefined where neither is known. */
export function daysUnused({ lastUsed, addedAt }: InstalledModel, now = Date.now()): number | undefined {
  const since = Date.parse(lastUsed ?? addedAt ?? "");
  return Number.isNaN(since) ? undefined : Math.max(0, Math.floor((now - since) / DAY_MS));
}

/** Models that nobody has used for so many days, the longest unused first. What is not known to be unused is not listed. */
export function unusedModels(models: readonly InstalledModel[], days: number, now = Date.now()): InstalledModel[] {
  return models
    .map((model) => ({ model, unused: daysUnused(model, now) ?? -1 }))
    .filter(({ unused }) => unused >= days)
    .sort((a, b) => b.unused - a.unused)
    .map(({ model }) => model);
}
