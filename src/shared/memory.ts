/** What client and engine say to each other about the memory of the workspace, beside what protocol.ts has. */
import { RequestType } from "vscode-jsonrpc";
import type { ErrorData, ModelSpec } from "./protocol.ts";

/** A file for the memory. Line ends may be `\r\n`; the memory has `\n`. */
export interface MemoryFile {
  /** Names the file in later requests: a path in the workspace, with `/`. */
  path: string;
  text: string;
}

/** A change of a text whose lines end in `\n`: offsets are UTF-16 code units. */
export interface TextEdit {
  start: number;
  removed: number;
  text: string;
}

export interface MemoryStatus {
  files: number;
  tokens: number;
  bytes: number;
  isFull: boolean;
}

/** Where a text that the memory helps with is written: what stands near is likelier to be right. */
export interface MemoryUse {
  /** The file's path in the memory; absent for a text that is in no file. */
  path?: string;
  /** Where in that file the text ends that the prompt ends with: what stands behind it foretells nothing there. */
  offset?: number;
  /** What the file imports, as it says so: `./drafter.ts`, `numpy.linalg`. */
  imports?: string[];
}

/** How a token's probability came about: `(1 - share) * exp(modelLogprob) + share * probability`. */
export interface TokenMemory {
  /** How much the memory counted beside the model here, from 0 to 1. */
  share: number;
  /** The token's probability by the memory alone; 0: it never followed there. */
  probability: number;
  /** The logarithm of its probability by the model alone. */
  modelLogprob: number;
  /** Tokens before it that are the same in the place that counted most; 0 when there is none. */
  matched: number;
  /** That place: the file's path in the memory and the line, from 1. */
  path?: string;
  line?: number;
}

export interface MemoryUpdateParams {
  /** Whose tokens the memory is made of. Models with the same tokenizer share one. */
  model: ModelSpec;
  files: MemoryFile[];
  /** The most megabytes that the memory may take: when it is full it takes no new files. */
  maxMegabytes?: number;
}

export interface MemoryEditParams {
  model: ModelSpec;
  path: string;
  /** Applied one after the other. */
  edits: TextEdit[];
  /** Of the text afterwards, which shows whether both sides have the same. */
  length: number;
}

export interface MemoryEditResult {
  /** False: the memory has no such text, and the whole file is to be sent. */
  applied: boolean;
}

export interface MemoryRemoveParams {
  model: ModelSpec;
  paths: string[];
  /** Files whose path alone has changed. */
  renames?: { from: string; to: string }[];
}

export interface MemoryParams {
  model: ModelSpec;
}

/**
 * Takes files into the memory, or their new text, after everything else that the engine is asked; answers when that is
 * done, so that who waits for it never sends more than the engine can take.
 */
export const MemoryUpdateRequest = new RequestType<MemoryUpdateParams, MemoryStatus, ErrorData>("memory/update");
/** Applies small changes of one file, at once. */
export const MemoryEditRequest = new RequestType<MemoryEditParams, MemoryEditResult, ErrorData>("memory/edit");
export const MemoryRemoveRequest = new RequestType<MemoryRemoveParams, MemoryStatus, ErrorData>("memory/remove");
export const MemoryClearRequest = new RequestType<MemoryParams, MemoryStatus, ErrorData>("memory/clear");
export const MemoryStatusRequest = new RequestType<MemoryParams, MemoryStatus, ErrorData>("memory/status");
