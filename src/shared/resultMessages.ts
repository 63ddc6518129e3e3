/** What the extension and the page of the results say to each other. Every text is ready to be shown. */
import * as v from "valibot";
import { type Checked, checkMessage } from "./checkMessage.ts";

/** What can be done with a result, in the order in which it is offered. */
export const RESULT_ACTIONS = [
  "stop",
  "insert",
  "replace",
  "copy",
  "tryAgain",
  "compare",
  "openInPlayground",
  "showSource",
] as const;
export type ResultAction = (typeof RESULT_ACTIONS)[number];

export type CardState = "running" | "done" | "stopped" | "failed";

/** A button: with a reason it cannot be pressed, and says why. */
export interface CardAction {
  readonly action: ResultAction;
  readonly label: string;
  readonly reason?: string;
}

/** A text with how likely it is. */
export interface CardChoice {
  readonly text: string;
  /** `34%` */
  readonly share: string;
}

/** A result as both views show it. */
export interface ResultCard {
  readonly id: string;
  readonly state: CardState;
  /** `Summarize` */
  readonly title: string;
  /** `notes.md, the paragraph at line 3` */
  readonly source: string;
  /** `14:03` */
  readonly time: string;
  /** What the model's card says that it cannot do well; stands before everything else. */
  readonly warning?: string;
  /** Stands before the text where the model is not sure of it: `Not sure:` */
  readonly caution?: string;
  readonly text: string;
  /** `localghost-nano · zero-shot · written`, then one sentence each. */
  readonly notes: readonly string[];
  /** Texts that were offered beside the first, itself included. */
  readonly alternatives: readonly CardChoice[];
  /** Pieces of the passage, best first; each can be shown where it stands. */
  readonly candidates: readonly CardChoice[];
  /** Where in the passage the answer's words stand: `“fast” stands in line 12`. */
  readonly found?: string;
  /** Results of the parts of a long text, in order. */
  readonly parts: readonly string[];
  readonly actions: readonly CardAction[];
}

const id = v.string();
const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const fromResultsPage = v.variant("type", [
  /** The page can take messages. */
  v.strictObject({ type: v.literal("ready") }),
  v.strictObject({ type: v.literal("act"), id, action: v.picklist(RESULT_ACTIONS) }),
  /** Takes an alternative as the answer. */
  v.strictObject({ type: v.literal("take"), id, index }),
  /** Shows a candidate in the passage; without an index, the words of the answer. */
  v.strictObject({ type: v.literal("reveal"), id, index: v.optional(index) }),
  v.strictObject({ type: v.literal("showLimits") }),
  v.strictObject({ type: v.literal("clear") }),
]);
export type FromResultsPage = Readonly<v.InferOutput<typeof fromResultsPage>>;

export function checkFromResultsPage(value: unknown): Checked<FromResultsPage> {
  return checkMessage(fromResultsPage, value);
}

export type ToResultsPage =
  /** All cards, newest first. */
  | { readonly type: "cards"; readonly cards: readonly ResultCard[] }
  /** One that is new or has changed. */
  | { readonly type: "card"; readonly card: ResultCard }
  /** Opens a card and scrolls to it. */
  | { readonly type: "show"; readonly id: string };
