/**
 * What the extension and the page of the playground say to each other: two closed unions, and for each the schema by
 * which the receiver checks what has arrived. Texts are the user's or the model's own, and shown as text.
 *
 * A `run` is a number that the page gives to whatever takes time; the answers carry it, so that those of a run that
 * nobody waits for any more can be told apart.
 */
import * as v from "valibot";
import { type Checked, checkMessage } from "./checkMessage.ts";
import { CONTROL_RANGES, MOST_SEED, type ControlName } from "./playgroundControls.ts";

/** Longer texts are refused at the boundary: no model of this kind could look at them. */
const LONGEST_TEXT = 2_000_000;
const MOST_ROWS = 1_000;
/** Tokens that a text is gone on from as they are. */
export const MOST_PROMPT_IDS = 100_000;

const text = v.pipe(v.string(), v.maxLength(LONGEST_TEXT));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const run = v.pipe(v.number(), v.integer(), v.minValue(1));
const amount = v.pipe(v.number(), v.finite());
const list = <T extends v.GenericSchema>(item: T, most = MOST_ROWS) => v.pipe(v.array(item), v.maxLength(most));

function ranged(name: ControlName) {
  const { least, most, step } = CONTROL_RANGES[name];
  const inside = v.pipe(v.number(), v.minValue(least), v.maxValue(most));
  return step === 1 ? v.pipe(inside, v.integer()) : inside;
}

const controls = v.strictObject({
  temperature: ranged("temperature"),
  topK: ranged("topK"),
  topP: ranged("topP"),
  minP: ranged("minP"),
  repetitionPenalty: ranged("repetitionPenalty"),
  maxTokens: ranged("maxTokens"),
  alternatives: ranged("alternatives"),
  /** Absent: another one each time. */
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_SEED))),
  stop: list(v.pipe(text, v.minLength(1)), 16),
});

/** The logarithm of a token that cannot be is no number that JSON knows; the least double stands for it. */
const choice = v.strictObject({ id: count, text, logprob: amount });

/** What the memory of the workspace had to say about a token; see memory.ts. */
const tokenMemory = v.strictObject({
  share: amount,
  probability: amount,
  modelLogprob: amount,
  matched: count,
  path: v.optional(text),
  line: v.optional(count),
});

const token = v.strictObject({
  id: count,
  text,
  /** Absent for the first token of a text, which nothing stands before. */
  logprob: v.optional(amount),
  rank: v.optional(count),
  top: v.optional(list(choice, 20)),
  memory: v.optional(tokenMemory),
});

const example = v.strictObject({ input: text, output: text, values: v.optional(v.record(v.string(), text)) });

const parameter = v.strictObject({
  name: text,
  title: text,
  kind: v.picklist(["text", "language"]),
  default: v.optional(text),
});

/** What the page can change of a template; the rest stays as in the one that it began from. */
const draft = v.strictObject({
  /** The template that it began from. */
  base: text,
  /** What the page does not edit of one that stands in no list, as its file had it. */
  unedited: v.optional(v.record(v.string(), v.unknown())),
  id: text,
  title: text,
  instruction: text,
  pattern: text,
  separator: text,
  parameters: list(parameter),
  examples: list(example),
  shots: count,
  leastShots: count,
  stop: list(text),
  maxTokens: count,
});

const turn = v.strictObject({ question: text, answer: text });

const setup = v.strictObject({
  draft,
  input: text,
  values: v.record(v.string(), text),
  dialogue: list(turn),
  shots: count,
  seed: v.optional(count),
});

const dropped = v.strictObject({ examples: count, turns: count, characters: count });

const answer = v.strictObject({
  text,
  /** Mean probability of the answer's tokens, from 0 to 1; absent where the model does not tell. */
  probability: v.optional(amount),
  prompt: text,
  promptTokens: count,
  shots: count,
  dropped,
});

const model = v.strictObject({
  name: text,
  dtype: text,
  device: v.picklist(["cpu", "webgpu", "cuda", "remote"]),
  deviceReason: text,
  contextLength: count,
});

/** Where a text of the editor goes in the page. */
const destination = v.picklist(["prompt", "tokenizer", "input", "exampleInput", "exampleOutput", "passage"]);

const fromPage = v.variant("type", [
  /** The page is there and can show things. */
  v.strictObject({ type: v.literal("ready") }),
  v.strictObject({
    type: v.literal("generate"),
    run,
    prompt: text,
    /** Tokens that stand after the prompt's own. */
    promptIds: list(count, MOST_PROMPT_IDS),
    /** What they stand for: another model may be chosen by now. */
    promptIdsText: text,
    controls,
  }),
  v.strictObject({ type: v.literal("stop"), run }),
  v.strictObject({ type: v.literal("score"), run, text }),
  v.strictObject({ type: v.literal("tokenize"), run, text }),
  v.strictObject({ type: v.literal("listTemplates") }),
  v.strictObject({ type: v.literal("preview"), run, setup }),
  v.strictObject({ type: v.literal("runTask"), run, setup }),
  v.strictObject({ type: v.literal("saveTemplate"), draft, place: v.picklist(["workspace", "settings"]) }),
  v.strictObject({ type: v.literal("exportTemplate"), draft }),
  v.strictObject({ type: v.literal("importTemplate") }),
  /** Asks for what is selected in the editor; `row` is the example's. */
  v.strictObject({ type: v.literal("takeSelection"), into: destination, row: v.optional(count) }),
  v.strictObject({ type: v.literal("insert"), text }),
  /** Goes to a line of a file of the workspace, by its path in the memory. */
  v.strictObject({ type: v.literal("openRemembered"), path: text, line: count }),
]);

const toPage = v.variant("type", [
  v.strictObject({
    type: v.literal("engine"),
    state: v.picklist(["off", "starting", "ready", "working", "asleep", "failed"]),
    model: v.optional(model),
  }),
  v.strictObject({
    type: v.literal("token"),
    run,
    /** Which of the texts it belongs to. */
    alternative: count,
    token,
    /** What the text grows by: whole characters that no stop string can take back. */
    text,
  }),
  v.strictObject({
    type: v.literal("generated"),
    run,
    /** Each text as it ended, by `alternative`; null for one that is the same as another. */
    texts: list(v.nullable(text)),
    promptTokens: count,
    reusedTokens: count,
    prefillMs: amount,
    msPerToken: amount,
  }),
  v.strictObject({ type: v.literal("scoredTokens"), run, tokens: list(token) }),
  v.strictObject({ type: v.literal("scored"), run }),
  v.strictObject({
    type: v.literal("tokenized"),
    run,
    pieces: list(v.strictObject({ id: count, text, bytes: count })),
    isLast: v.boolean(),
  }),
  v.strictObject({
    type: v.literal("previewed"),
    run,
    prompt: text,
    promptTokens: count,
    contextLength: count,
    dropped,
  }),
  v.strictObject({ type: v.literal("taskText"), run, text }),
  v.strictObject({ type: v.literal("taskDone"), run, answer }),
  v.strictObject({ type: v.literal("stopped"), run }),
  v.strictObject({ type: v.literal("failed"), run, message: text }),
  v.strictObject({
    type: v.literal("templates"),
    templates: list(
      v.strictObject({ draft, description: text, origin: v.picklist(["builtIn", "settings", "workspace"]) }),
    ),
  }),
  /** A template that was imported, to be edited. */
  v.strictObject({ type: v.literal("draft"), draft }),
  v.strictObject({ type: v.literal("selection"), into: destination, row: v.optional(count), text }),
  /** Shows a prompt with the text that it has led to. */
  v.strictObject({ type: v.literal("open"), prompt: text, answer: text }),
  /** One line to show and to forget. */
  v.strictObject({ type: v.literal("notice"), message: text }),
]);

export type FromPage = v.InferOutput<typeof fromPage>;
export type ToPage = v.InferOutput<typeof toPage>;
export type PlaygroundControls = v.InferOutput<typeof controls>;
export type PlaygroundToken = v.InferOutput<typeof token>;
export type PlaygroundMemory = v.InferOutput<typeof tokenMemory>;
export type PlaygroundChoice = v.InferOutput<typeof choice>;
export type PlaygroundModel = v.InferOutput<typeof model>;
export type TemplateDraft = v.InferOutput<typeof draft>;
export type DraftExample = v.InferOutput<typeof example>;
export type TaskSetup = v.InferOutput<typeof setup>;
export type PlaygroundTurn = v.InferOutput<typeof turn>;
export type PlaygroundAnswer = v.InferOutput<typeof answer>;
export type PlaygroundDropped = v.InferOutput<typeof dropped>;
export type Destination = v.InferOutput<typeof destination>;

export function checkFromPage(value: unknown): Checked<FromPage> {
  return checkMessage(fromPage, value);
}

export function checkToPage(value: unknown): Checked<ToPage> {
  return checkMessage(toPage, value);
}

/** Controls or a draft that were kept from an earlier session; undefined where they do not fit any more. */
export function checkControls(value: unknown): PlaygroundControls | undefined {
  const result = v.safeParse(controls, value);
  return result.success ? result.output : undefined;
}

export function checkDraft(value: unknown): TemplateDraft | undefined {
  const result = v.safeParse(draft, value);
  return result.success ? result.output : undefined;
}
