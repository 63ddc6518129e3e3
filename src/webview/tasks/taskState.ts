/** What the Tasks tab knows, and how each event changes it. */
import type {
  DraftExample,
  FromPage,
  PlaygroundAnswer,
  TaskSetup,
  TemplateDraft,
  ToPage,
} from "../../shared/playgroundMessages.ts";

type Message<K extends ToPage["type"]> = Extract<ToPage, { type: K }>;
export type TemplateEntry = Message<"templates">["templates"][number];
export type PromptPreview = Omit<Message<"previewed">, "type" | "run">;

/** The same input with a number of examples. */
export interface TaskColumn {
  readonly run: number;
  readonly shots: number;
  readonly text: string;
  readonly isRunning: boolean;
  readonly answer?: PlaygroundAnswer;
  readonly problem?: string;
}

export interface TasksState {
  readonly templates: readonly TemplateEntry[];
  readonly draft?: TemplateDraft | undefined;
  readonly input: string;
  readonly values: Readonly<Record<string, string>>;
  readonly columns: readonly TaskColumn[];
  readonly preview?: PromptPreview | undefined;
  /** The preview that is waited for, and why the last one failed. */
  readonly previewRun?: number | undefined;
  readonly previewProblem?: string | undefined;
}

export const EMPTY_TASKS: TasksState = { templates: [], input: "", values: {}, columns: [] };

export function templatesArrived(state: TasksState, { templates }: Message<"templates">): TasksState {
  const [first] = templates;
  if (state.draft || !first) return { ...state, templates };
  return withDraft({ ...state, templates }, first.draft);
}

/** Begins from a template anew. */
export function picked(state: TasksState, id: string): TasksState {
  const found = state.templates.find(({ draft }) => draft.id === id);
  return found ? withDraft(state, found.draft) : state;
}

export function withDraft(state: TasksState, draft: TemplateDraft): TasksState {
  const given = draft.parameters.map(({ name, default: usual = "" }) => [name, state.values[name] ?? usual]);
  return { ...state, draft, values: Object.fromEntries(given) as Record<string, string>, columns: [] };
}

export function draftChanged(state: TasksState, change: Partial<TemplateDraft>): TasksState {
  return state.draft ? { ...state, draft: { ...state.draft, ...change } } : state;
}

export function exampleChanged(state: TasksState, row: number, change: Partial<DraftExample>): TasksState {
  return withExamples(state, (examples) =>
    examples.map((example, i) => (i === row ? { ...example, ...change } : example)),
  );
}

/** Adds an example of the languages that are asked for now. */
export function exampleAdded(state: TasksState): TasksState {
  const names = state.draft?.parameters.map(({ name }) => name) ?? [];
  const values = Object.fromEntries(names.map((name) => [name, state.values[name] ?? ""]));
  const example = { input: "", output: "", ...(names.length > 0 && { values }) };
  return withExamples(state, (examples) => [...examples, example]);
}

export function exampleDropped(state: TasksState, row: number): TasksState {
  return withExamples(state, (examples) => examples.filter((_, i) => i !== row));
}

/** Moves an example up (-1) or down (1) among those that are of use: the last one stands nearest to the prompt. */
export function exampleMoved(state: TasksState, row: number, by: -1 | 1): TasksState {
  const rows = usableExamples(state);
  const target = rows[rows.indexOf(row) + by];
  if (target === undefined) return state;
  return withExamples(state, (examples) => {
    const moved = [...examples];
    const [example] = moved.splice(row, 1);
    if (example) moved.splice(target, 0, example);
    return moved;
  });
}

/** Which examples go with the values: those of the same languages. */
export function usableExamples({ draft, values }: TasksState): number[] {
  const languages = draft?.parameters.filter(({ kind }) => kind === "language") ?? [];
  const rows = [...(draft?.examples ?? []).keys()];
  return rows.filter((row) =>
    languages.every(({ name, default: usual }) => {
      const own = draft?.examples[row]?.values?.[name] ?? usual ?? "";
      return own.trim().toLowerCase() === (values[name] ?? "").trim().toLowerCase();
    }),
  );
}

/** Numbers of examples that are worth comparing: none, one, and as many as the template wants. */
export function shotsToCompare(state: TasksState): number[] {
  const { draft } = state;
  if (!draft) return [];
  const most = usableExamples(state).length;
  const wanted = Math.min(most, Math.max(draft.shots, 2, draft.leastShots));
  return [...new Set([0, 1, wanted])].filter((shots) => shots <= most && shots >= draft.leastShots);
}

export function setupOf({ draft, input, values }: TasksState, shots: number): TaskSetup | undefined {
  return draft && { draft, input, values: { ...values }, dialogue: [], shots };
}

/** Runs the task with each number of examples on the same input. */
export function compared(
  state: TasksState,
  counts: readonly number[],
  nextRun: () => number,
): { readonly state: TasksState; readonly messages: readonly FromPage[] } {
  const messages: FromPage[] = [];
  const columns = counts.flatMap((shots): TaskColumn[] => {
    const setup = setupOf(state, shots);
    if (!setup) return [];
    const run = nextRun();
    messages.push({ type: "runTask", run, setup });
    return [{ run, shots, text: "", isRunning: true }];
  });
  return { state: { ...state, columns }, messages };
}

export function taskText(state: TasksState, { run, text }: Message<"taskText">): TasksState {
  return withColumn(state, run, (column) => ({ ...column, text }));
}

export function taskDone(state: TasksState, { run, answer }: Message<"taskDone">): TasksState {
  return withColumn(state, run, ({ shots }) => ({ run, shots, text: answer.text, isRunning: false, answer }));
}

export function taskEnded(state: TasksState, run: number, problem: string | undefined): TasksState {
  if (state.previewRun === run) return { ...state, previewRun: undefined, previewProblem: problem };
  return withColumn(state, run, (column) => ({
    ...column,
    isRunning: false,
    ...(problem !== undefined && { problem }),
  }));
}

export function previewed(state: TasksState, message: Message<"previewed">): TasksState {
  const { run, prompt, promptTokens, contextLength, dropped } = message;
  if (state.previewRun !== run) return state;
  const preview = { prompt, promptTokens, contextLength, dropped };
  return { ...state, preview, previewRun: undefined, previewProblem: undefined };
}

function withExamples(state: TasksState, change: (examples: readonly DraftExample[]) => DraftExample[]): TasksState {
  return state.draft ? { ...state, draft: { ...state.draft, examples: change(state.draft.examples) } } : state;
}

function withColumn(state: TasksState, run: number, change: (column: TaskColumn) => TaskColumn): TasksState {
  if (!state.columns.some((column) => column.run === run)) return state;
  return { ...state, columns: state.columns.map((column) => (column.run === run ? change(column) : column)) };
}
