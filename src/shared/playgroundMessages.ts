/** What the extension and the page of the playground say to each other. */
import type { GeneratedToken } from "./protocol.ts";

/** A text to continue, and how. */
export interface PlaygroundRequest {
  readonly prompt: string;
  readonly maxTokens: number;
  /** 0 takes the likeliest token. */
  readonly temperature: number;
  /** 0 keeps all tokens. */
  readonly topK: number;
}

/** A generated token with the likeliest alternatives to it. */
export type PlaygroundToken = Readonly<GeneratedToken>;

export type FromPage = { readonly type: "generate"; readonly request: PlaygroundRequest } | { readonly type: "stop" };

export type ToPage =
  | { readonly type: "token"; readonly token: PlaygroundToken }
  /** Ended, on its own or because it was stopped; `summary` is one line to show. */
  | { readonly type: "ended"; readonly summary: string }
  | { readonly type: "failed"; readonly message: string };
