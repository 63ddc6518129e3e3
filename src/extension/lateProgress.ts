import type { CancellationToken } from "./cancellation.ts";

/** Says in a few words how far the work has come, and which part of it is done, from 0 to 1, where that is known. */
export type ProgressReport = (message: string, fraction?: number) => void;

/** VS Code's `window.withProgress` with its options chosen: it shows something until the task has ended. */
export type ShowTask = (
  task: (
    progress: { readonly report: (value: { readonly message: string; readonly increment?: number }) => void },
    token: CancellationToken,
  ) => Promise<void>,
) => unknown;

/**
 * Does work that is shown only if it lasts. Work that ends at once needs no notification; and VS Code shows three
 * notifications in 800 ms at the most, so that those of quick steps would keep back the message that they lead to.
 * @param after milliseconds until it is shown; what was reported by then is shown with it
 * @param work its signal is aborted by the user, once it is shown
 */
export async function showIfItLasts<T>(
  after: number,
  show: ShowTask,
  work: (report: ProgressReport, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let last: Parameters<ProgressReport> | undefined;
  let tell: ProgressReport = (...report) => {
    last = report;
  };
  const result = work((...report) => {
    tell(...report);
  }, controller.signal);
  const timer = setTimeout(() => {
    void show(async (progress, token) => {
      const listener = token.onCancellationRequested(() => {
        controller.abort();
      });
      tell = withIncrements(progress);
      if (last) tell(...last);
      // How it ended is told to who asked for it.
      await result.catch(() => undefined);
      listener.dispose();
    });
  }, after);
  try {
    return await result;
  } finally {
    clearTimeout(timer);
  }
}

/** VS Code wants to know by how much of a hundred the work has come further. */
function withIncrements(progress: Parameters<Parameters<ShowTask>[0]>[0]): ProgressReport {
  let percent = 0;
  return (message, fraction) => {
    if (fraction === undefined) {
      progress.report({ message });
      return;
    }
    progress.report({ message, increment: Math.max(0, 100 * fraction - percent) });
    percent = Math.max(percent, 100 * fraction);
  };
}
