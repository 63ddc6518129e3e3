/** A machine that sleeps, or a process that is halted, loses at most one of so many parts of a time. */
const PARTS = 6;

/**
 * As `setTimeout`, but for time that this process has lived through. After a sleep all timers that have run out fire at once,
 * before anything is read: an engine that slept, too, would be ended before its answer is seen.
 * @returns what takes it back
 */
export function awakeTimeout(milliseconds: number, onTime: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (parts: number): void => {
    timer = setTimeout(() => (parts > 1 ? wait(parts - 1) : onTime()), milliseconds / PARTS);
  };
  wait(PARTS);
  return () => {
    clearTimeout(timer);
  };
}
