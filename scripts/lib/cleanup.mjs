/**
 * Tasks that undo what was started, run last first and each once, also when the user presses Ctrl-C.
 *
 * @returns {{ add: (task: () => unknown) => void, run: () => Promise<void>, isInterrupted: () => boolean }}
 */
export function createCleanup() {
  /** @type {(() => unknown)[]} */
  const tasks = [];
  /** @type {Promise<void> | undefined} */
  let running;
  const run = () => (running ??= runTasks().finally(() => (running = undefined)));
  const runTasks = async () => {
    for (let task = tasks.pop(); task; task = tasks.pop()) {
      try {
        await task();
      } catch (error) {
        process.stderr.write(`Cleaning up: ${String(error)}\n`);
      }
    }
  };
  let interrupted = false;
  const codes = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 });
  for (const [signal, code] of Object.entries(codes)) {
    // Not once: from a terminal under npm the same signal comes twice.
    process.on(signal, () => {
      if (interrupted) return;
      interrupted = true;
      void run().finally(() => process.exit(code));
    });
  }
  return { add: (task) => void tasks.push(task), run, isInterrupted: () => interrupted };
}
