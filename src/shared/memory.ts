/** What client and engine say to each other about the memory: the requests themselves stand in protocol.ts. */

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
