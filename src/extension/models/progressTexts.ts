import * as vscode from "vscode";
import type { DownloadProgress } from "../../models/download/download.ts";
import { formatBytes, formatSeconds } from "../../models/formatBytes.ts";
import type { JobProgress } from "../../models/jobs/jobs.ts";

interface Bytes {
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

/** `43%`, and no more than that before all is done. */
export function percentOf({ bytesDone, bytesTotal }: Bytes): string {
  return `${bytesTotal === 0 ? 0 : Math.min(100, Math.floor((100 * bytesDone) / bytesTotal))}%`;
}

/** `43%, 236 MB of 548 MB, 12 MB/s, 26 s left` */
export function describeProgress(progress: DownloadProgress): string {
  const { activity, bytesDone, bytesTotal, bytesPerSecond, secondsLeft } = progress;
  const parts = [percentOf(progress), vscode.l10n.t("{0} of {1}", formatBytes(bytesDone), formatBytes(bytesTotal))];
  if (activity === "checking") parts.unshift(vscode.l10n.t("checking what has arrived"));
  if (bytesPerSecond !== undefined) parts.push(vscode.l10n.t("{0}/s", formatBytes(bytesPerSecond)));
  if (secondsLeft !== undefined && Number.isFinite(secondsLeft))
    parts.push(vscode.l10n.t("{0} left", formatSeconds(secondsLeft)));
  return parts.join(", ");
}

/** `43%, 236 MB of 548 MB`, and what is done where the title does not say it: `unpacking: 43%, …` */
export function describeJob(progress: JobProgress): string {
  const { activity, bytesDone, bytesTotal } = progress;
  const text = [percentOf(progress), vscode.l10n.t("{0} of {1}", formatBytes(bytesDone), formatBytes(bytesTotal))].join(
    ", ",
  );
  switch (activity) {
    case "packing":
    case "verifying":
      return text;
    case "reading":
      return vscode.l10n.t("reading: {0}", text);
    case "unpacking":
      return vscode.l10n.t("unpacking: {0}", text);
    case "copying":
      return vscode.l10n.t("copying: {0}", text);
    case "checking":
      return vscode.l10n.t("checking: {0}", text);
  }
}
