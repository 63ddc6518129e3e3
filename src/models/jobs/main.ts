/** The process that does one job: it is told which, tells how far it is, and ends. */
import { toLocalghostError } from "../../shared/errors.ts";
import { loadTranslations } from "../../shared/translations.ts";
import type { FromJob, ToJob } from "./jobs.ts";
import { runJob } from "./runJob.ts";

/** As often as a person sees. */
const PROGRESS_EVERY_MS = 100;

loadTranslations(process.env, console.error);
const controller = new AbortController();

process.on("message", (message: ToJob) => {
  switch (message.type) {
    case "start":
      void work(message);
      return;
    case "cancel":
      controller.abort();
      return;
  }
});

// Whoever wanted the work is gone. All work may end at any moment: what it leaves is removed by the next job.
process.on("disconnect", () => process.exit(1));

async function work({ job }: Extract<ToJob, { type: "start" }>): Promise<void> {
  let reportedAt = -Infinity;
  try {
    const result = await runJob(job, controller.signal, (progress) => {
      const now = performance.now();
      if (now - reportedAt < PROGRESS_EVERY_MS) return;
      reportedAt = now;
      send({ type: "progress", progress });
    });
    end({ type: "done", result });
  } catch (thrown) {
    const { kind, message } = toLocalghostError(thrown);
    end({ type: "failed", kind, message });
  }
}

function send(message: FromJob, sent?: () => void): void {
  // Fails when whoever wanted the work is gone, of which "disconnect" tells.
  process.send?.(message, undefined, undefined, () => sent?.());
}

function end(message: FromJob): void {
  send(message, () => process.exit(0));
}
