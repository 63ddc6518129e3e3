/** How far measuring is: one line that is written over on a terminal, a line now and then in a pipe, nothing with `--json`. */
import { formatSeconds } from "../../models/formatBytes.ts";

const REDRAW_MS = 200;
const LINE_EVERY_MS = 10_000;

export interface EvalProgress {
  /** @param isNew whether it was measured now, and not by an earlier run */
  readonly step: (isNew: boolean) => void;
  readonly end: () => void;
}

/** @param total records to measure */
export function evalProgress(
  what: string,
  total: number,
  { quiet }: { readonly quiet: boolean },
  stream: NodeJS.WriteStream = process.stderr,
): EvalProgress {
  if (quiet) return { step: () => undefined, end: () => undefined };
  const started = performance.now();
  let done = 0;
  let fresh = 0;
  let writtenAt = started;
  const describe = (): string => {
    const seconds = (performance.now() - started) / 1000;
    const left = fresh > 0 && done < total ? `, ${formatSeconds((seconds / fresh) * (total - done))} left` : "";
    return `${what}: ${done} of ${total}${left}`;
  };
  return {
    step: (isNew) => {
      done++;
      if (isNew) fresh++;
      const now = performance.now();
      if (now - writtenAt < (stream.isTTY ? REDRAW_MS : LINE_EVERY_MS)) return;
      writtenAt = now;
      const line = describe();
      stream.write(stream.isTTY ? `\r${line.slice(0, Math.max(20, stream.columns - 1))}\x1b[K` : `${line}\n`);
    },
    end: () => {
      if (stream.isTTY) stream.write("\r\x1b[K");
    },
  };
}
