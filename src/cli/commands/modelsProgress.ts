/** How far something is: a bar on a terminal, a line now and then in a pipe, nothing with `--json`. */
import { formatBytes, formatSeconds } from "../../models/formatBytes.ts";

export interface Progress {
  readonly activity: string;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly bytesPerSecond?: number;
  readonly secondsLeft?: number;
}

export interface ProgressReport {
  readonly update: (progress: Progress) => void;
  /** Leaves the bar as it is, so that what comes next begins a line. */
  readonly end: () => void;
}

const BAR_WIDTH = 24;
const LINE_EVERY_MS = 5000;

/** Reports on stderr, where it does not mix with what a command prints. */
export function progressReport(json: boolean, stream: NodeJS.WriteStream = process.stderr): ProgressReport {
  if (json) return { update: () => undefined, end: () => undefined };
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): ProgressReport {
  let drawn = false;
  let drawnAt = -Infinity;
  return {
    update: (progress) => {
      const isLast = progress.bytesDone >= progress.bytesTotal;
      if (!isLast && performance.now() - drawnAt < 100) return;
      drawnAt = performance.now();
      drawn = true;
      const filled = Math.round(BAR_WIDTH * fraction(progress));
      const text = `[${"#".repeat(filled)}${".".repeat(BAR_WIDTH - filled)}] ${describe(progress)}`;
      // One line, however narrow the terminal is, and nothing left of a longer one.
      stream.write(`\r${text.slice(0, Math.max(20, stream.columns - 1))}\x1b[K`);
    },
    end: () => {
      if (drawn) stream.write("\n");
      drawn = false;
    },
  };
}

function lines(stream: NodeJS.WriteStream): ProgressReport {
  let activity = "";
  let writtenAt = 0;
  return {
    update: (progress) => {
      const isLast = progress.bytesDone >= progress.bytesTotal;
      const isNew = progress.activity !== activity;
      if (!isNew && !isLast && performance.now() - writtenAt < LINE_EVERY_MS) return;
      activity = progress.activity;
      writtenAt = performance.now();
      stream.write(`${describe(progress)}\n`);
    },
    end: () => undefined,
  };
}

function describe(progress: Progress): string {
  const { activity, bytesDone, bytesTotal, bytesPerSecond, secondsLeft } = progress;
  const percent = `${Math.floor(100 * fraction(progress))}%`;
  const parts = [`${activity} ${percent}`, `${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}`];
  if (bytesPerSecond !== undefined) parts.push(`${formatBytes(bytesPerSecond)}/s`);
  if (secondsLeft !== undefined) parts.push(`${formatSeconds(secondsLeft)} left`);
  return parts.join(", ");
}

function fraction({ bytesDone, bytesTotal }: Progress): number {
  return bytesTotal === 0 ? 1 : Math.min(1, bytesDone / bytesTotal);
}
