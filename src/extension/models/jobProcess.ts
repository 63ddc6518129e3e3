import { fork } from "node:child_process";
import { createInterface } from "node:readline";
import * as l10n from "@vscode/l10n";
import type { FromJob, Job, JobKind, JobProgress, Jobs, ToJob } from "../../models/jobs/jobs.ts";
import { LocalghostError } from "../../shared/errors.ts";
import { translationsFor } from "../../shared/translations.ts";
import { childEnvironment } from "../client/engineProcess.ts";
import type { Log } from "../log.ts";

/** A job that does not end for so long after it was cancelled is ended. */
const CANCEL_TIMEOUT_MS = 10_000;

/** Does a job in a process of its own. */
export type RunJob = <K extends JobKind>(
  job: Job<K>,
  signal: AbortSignal,
  onProgress?: (progress: JobProgress) => void,
) => Promise<Jobs[K]["brings"]>;

/**
 * Runs jobs in processes.
 * @param file the bundle of `src/models/jobs/main.ts`
 * @param translations the file of the texts in the user's language, for what a job says; else it speaks English
 */
export function jobRunner(file: string, log: Pick<Log, "warn">, translations?: string): RunJob {
  return <K extends JobKind>(
    job: Job<K>,
    signal: AbortSignal,
    onProgress: (progress: JobProgress) => void = () => undefined,
  ) =>
    new Promise<Jobs[K]["brings"]>((resolve, reject) => {
      if (signal.aborted) {
        reject(new LocalghostError("cancelled", "The work was cancelled."));
        return;
      }
      const child = fork(file, [], {
        env: { ...childEnvironment(), ...translationsFor(translations) },
        execArgv: [],
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      });
      if (child.stderr) createInterface({ input: child.stderr }).on("line", (line) => log.warn(`models: ${line}`));
      const tell = (message: ToJob): void => {
        // A child that has died tells so by its exit.
        child.send(message, () => undefined);
      };
      let timer: ReturnType<typeof setTimeout> | undefined;
      const cancel = (): void => {
        tell({ type: "cancel" });
        timer = setTimeout(() => child.kill("SIGKILL"), CANCEL_TIMEOUT_MS);
      };
      const settled = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", cancel);
      };
      child.on("message", (message: FromJob) => {
        switch (message.type) {
          case "progress":
            onProgress(message.progress);
            return;
          case "done":
            settled();
            resolve(message.result as Jobs[K]["brings"]);
            return;
          case "failed":
            settled();
            reject(new LocalghostError(message.kind, message.message));
            return;
        }
      });
      child.once("error", (error) => {
        settled();
        reject(new LocalghostError("internal", error.message, { cause: error }));
      });
      // After an answer this changes nothing any more.
      child.once("exit", (code, how) => {
        settled();
        const reason = signal.aborted
          ? new LocalghostError("cancelled", "The work was cancelled.")
          : new LocalghostError(
              "internal",
              l10n.t("The work on the model stopped unexpectedly ({0}).", how ?? l10n.t("exit code {0}", code ?? "?")),
            );
        reject(reason);
      });
      signal.addEventListener("abort", cancel, { once: true });
      tell({ type: "start", job: job as unknown as Job });
    });
}
