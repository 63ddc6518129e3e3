/**
 * Undo and redo for a text that the user and the model both write: the browser's own forgets everything when a script
 * changes the text.
 */
export interface Snapshot {
  readonly text: string;
  /** The cursor, in UTF-16 code units. */
  readonly caret: number;
  /** The branch that the text belongs to. */
  readonly branch?: number | undefined;
}

export interface EditHistory {
  readonly past: readonly Snapshot[];
  readonly present: Snapshot;
  readonly future: readonly Snapshot[];
  /** When the last character was typed, in milliseconds; typing that goes on is one step. */
  readonly typedAt?: number | undefined;
}

const MOST_STEPS = 200;
/** A pause in typing ends a step. */
const PAUSE_MS = 1_000;
/** Steps of a very long text are few: each one holds the whole text. */
const MOST_CHARACTERS = 4_000_000;

export function startHistory(present: Snapshot): EditHistory {
  return { past: [], present, future: [] };
}

/** A step of its own: a generation, a branch, a paste. */
export function step(history: EditHistory, present: Snapshot): EditHistory {
  if (present.text === history.present.text && present.branch === history.present.branch) {
    return { ...history, present };
  }
  return { past: trimmed([...history.past, history.present]), present, future: [] };
}

/** A keystroke: joins those before it unless there was a pause. */
export function type(history: EditHistory, present: Snapshot, now: number): EditHistory {
  const isSameStep = history.typedAt !== undefined && now - history.typedAt < PAUSE_MS && history.future.length === 0;
  const next = isSameStep ? { ...history, present } : step(history, present);
  return { ...next, typedAt: now };
}

/** Changes what is there now without a step, as while the model writes. */
export function replacePresent(history: EditHistory, present: Snapshot): EditHistory {
  return { ...history, present };
}

export function undo({ past, present, future }: EditHistory): EditHistory {
  const before = past.at(-1);
  if (!before) return { past, present, future };
  return { past: past.slice(0, -1), present: before, future: [present, ...future] };
}

export function redo({ past, present, future }: EditHistory): EditHistory {
  const [next, ...rest] = future;
  if (!next) return { past, present, future };
  return { past: [...past, present], present: next, future: rest };
}

function trimmed(steps: readonly Snapshot[]): readonly Snapshot[] {
  let first = Math.max(0, steps.length - MOST_STEPS);
  let characters = steps.slice(first).reduce((sum, { text }) => sum + text.length, 0);
  while (characters > MOST_CHARACTERS && first < steps.length - 1) characters -= steps[first++]?.text.length ?? 0;
  return steps.slice(first);
}
