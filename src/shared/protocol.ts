/**
 * The whole boundary between the extension (or any other client) and the engine process: JSON-RPC 2.0 with
 * `Content-Length` framing over stdio, as in the Language Server Protocol. Each method's name and its types are one
 * constant.
 *
 * The first request must be {@link InitializeRequest}. Cancelling is JSON-RPC's own `$/cancelRequest`; streamed
 * tokens travel as `$/progress`.
 */
import { NotificationType, ProgressType, RequestType, RequestType0 } from "vscode-jsonrpc";
import type { ErrorKind } from "./errors.ts";
import type { MemoryUse, TokenMemory } from "./memory.ts";

/** Raised whenever a message changes its meaning; two sides with different numbers refuse each other. */
export const PROTOCOL_VERSION = 1;

/** How weights are stored and multiplied. `int8` and `int4` are quantized in blocks of 32. */
export const DTYPES = ["int8", "int4", "fp16", "fp32"] as const;
export type Dtype = (typeof DTYPES)[number];

/** What a user may ask for; `auto` takes the fastest device that works. */
export const DEVICE_PREFERENCES = ["auto", "cpu", "webgpu", "cuda"] as const;
export type DevicePreference = (typeof DEVICE_PREFERENCES)[number];
export type Device = "cpu" | "webgpu" | "cuda";

/** Who goes first: ghost text before actions before what other programs ask before warming caches up. */
export const PRIORITIES = ["completion", "action", "background", "warmup"] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface InitializeParams {
  protocolVersion: number;
  /** For the log: `vscode 1.139.1`, `cli`. */
  client: string;
  /** Threads for one model run; the engine's own default when absent. */
  threads?: number;
  /** Where packed weights go when a model's own folder cannot be written. */
  cacheFolder?: string;
  /** The most memory for what the models have read and may need again; the engine's own default when absent. */
  cacheMegabytes?: number;
  /** A model that no request has used for so long is unloaded; absent or 0: never. */
  unloadAfterMinutes?: number;
}

export interface InitializeResult {
  protocolVersion: number;
  engineVersion: string;
  /** For the log: `node 24.1.0 linux-x64, onnxruntime 1.30.0`. */
  runtime: string;
}

/** Names a model; the engine loads it when it is first used, so that no request depends on an earlier one. */
export interface ModelSpec {
  /** Absolute path of a folder in the Hugging Face layout. */
  folder: string;
  /** `int8` when absent. */
  dtype?: Dtype;
  /** `auto` when absent. */
  device?: DevicePreference;
}

export interface ModelInfo {
  /** The folder's own name. */
  name: string;
  folder: string;
  device: Device;
  /** Why it runs there, in one sentence for the user. */
  deviceReason: string;
  dtype: Dtype;
  parameters: number;
  layers: number;
  heads: number;
  width: number;
  vocabularySize: number;
  /** The most tokens that the model can look at. */
  contextLength: number;
  /** Whether its vocabulary has the tokens for a `suffix`; absent: it has not. */
  fillsInMiddle?: boolean;
  /** The token that documents were divided by in training; absent where the checkpoint names none. */
  endOfText?: number;
  /** Milliseconds from the request to the first possible run, packing included. */
  loadMs: number;
}

/** How the next token is drawn from the logits. All absent: the likeliest token (greedy). */
export interface SamplingOptions {
  /** 0 is greedy; 1 leaves the probabilities as they are. */
  temperature?: number;
  /** Keep the k likeliest tokens; 0 keeps all. */
  topK?: number;
  /** Keep the fewest tokens whose probabilities sum to at least p (Holtzman et al. 2020). */
  topP?: number;
  /** Keep tokens at least this fraction as likely as the likeliest (Nguyen et al. 2024). */
  minP?: number;
  /** Divide the logits of tokens seen before by this, or multiply negative ones (Keskar et al. 2019); 1 is off. */
  repetitionPenalty?: number;
  /** The same seed gives the same text. A random one when absent. */
  seed?: number;
}

export interface LoadModelParams extends ModelSpec {
  /** What the model is for; who waits for it, when absent. */
  priority?: Priority;
}

export interface GenerateParams {
  model: ModelSpec;
  prompt: string;
  /**
   * Tokens that stand after those of `prompt`, such as the beginning of a text that was generated before: read again as
   * text, they might become other tokens.
   */
  promptIds?: number[];
  /**
   * The text that `promptIds` stood for when they were written. Where they are another text to this model, since another
   * one wrote them, the text is read in their place.
   */
  promptIdsText?: string;
  /**
   * Text that stands after what is to be generated, for a model that fills in the middle ({@link ModelInfo.fillsInMiddle});
   * the prompt is then the text before. Not together with `promptIds`.
   */
  suffix?: string;
  /**
   * Token healing, for a prompt that may end inside of a word: its last word is taken back, and the first tokens are chosen
   * among those that spell it again and may go on beyond it. The text that is returned begins where the prompt ends, and
   * log-probabilities on the way are those among the tokens that could be chosen. Not together with `promptIds`.
   */
  heal?: boolean;
  /** The most tokens to generate, those that spell a healed word again included. */
  maxTokens: number;
  sampling?: SamplingOptions;
  /** Generation ends before any of these; they are not part of the text. */
  stop?: string[];
  /** Report this many likeliest alternatives of each token; 0 or absent: none. */
  logprobs?: number;
  /** What to do when prompt and `maxTokens` do not fit the context: `fail` (the default), or drop the oldest tokens. */
  overflow?: "fail" | "keepEnd";
  /** Go on after the end-of-text token; it then stands in the text. */
  ignoreEndOfText?: boolean;
  /**
   * False: one token a run. Otherwise greedy decoding guesses tokens from the text so far and verifies several in one
   * run, where that was seen to be faster; the text is the same.
   */
  drafts?: boolean;
  /**
   * Generate so many texts, 1 when absent. Greedy ones begin with the likeliest first tokens, one each; drawn ones have
   * `seed`, `seed + 1`, … The result's own text is the first of them.
   */
  alternatives?: number;
  /** The result has as many alternatives as were asked for, in the order of their seeds, those that are the same too. */
  keepRepeats?: boolean;
  /** Mix in what the memory of the workspace knows, where it has one for this model. */
  memory?: MemoryUse;
  priority: Priority;
  /** With a token, each generated token is sent as {@link generateProgress} under it. */
  progressToken?: string | number;
}

/**
 * One candidate for a position. `logprob` is the model's own, or with the memory that of the mixture: natural logarithm,
 * no temperature, no penalties.
 */
export interface TokenChoice {
  id: number;
  text: string;
  logprob: number;
}

export interface GeneratedToken extends TokenChoice {
  /** How many tokens the model found at least as likely, itself included: 1 is the likeliest. Absent without `logprobs`. */
  rank?: number;
  /** The likeliest tokens at this position, best first; as many as `logprobs` asked for. */
  top?: TokenChoice[];
  /** How much the memory counted beside the model here, from 0 to 1; absent without the memory, and where it knew nothing. */
  memoryShare?: number;
  /** With `logprobs` and the memory, where that knew something: what it had to say about this token. */
  memory?: TokenMemory;
}

export type FinishReason = "stop" | "length" | "endOfText";

export interface Timings {
  /** 0 when the model was loaded already. */
  loadMs: number;
  prefillMs: number;
  /** Mean over the tokens after the first; 0 when there is one token or none. */
  decodeMsPerToken: number;
}

export interface GenerateResult {
  /** The generated text, cut before the stop string. */
  text: string;
  tokens: GeneratedToken[];
  finishReason: FinishReason;
  /** Tokens of the prompt that the model saw. */
  promptTokens: number;
  /** How many of them a cached sequence already held. */
  reusedTokens: number;
  /** Tokens that were guessed and verified, and how many of them were right. */
  draftedTokens: number;
  acceptedTokens: number;
  /** With `alternatives` above 1: all texts that differ, the first one too, likeliest first; see also `keepRepeats`. */
  alternatives?: Alternative[];
  device: Device;
  dtype: Dtype;
  timings: Timings;
}

/** One of several texts for a prompt. */
export interface Alternative {
  text: string;
  tokens: GeneratedToken[];
  finishReason: FinishReason;
  /** Mean of its tokens' log-probabilities; 0 when it has none. */
  logprob: number;
}

/** What it took to read a prompt. */
export interface PromptReport extends Pick<GenerateResult, "promptTokens" | "reusedTokens"> {
  prefillMs: number;
}

export interface GenerateProgress {
  token: GeneratedToken;
  /** Text that is safe to show now: whole characters that no stop string can take back. */
  text: string;
  /** Which text the token belongs to, from 0, when several are asked for. */
  alternative?: number;
  /** With the first token: who cancels a generation that has said enough gets no result to read it from. */
  prompt?: PromptReport;
}

/** Names the prompt that a generation is expected to have: all these decide which tokens of it the model sees. */
export interface WarmParams extends Pick<GenerateParams, "prompt" | "suffix" | "heal" | "maxTokens" | "overflow"> {
  model: ModelSpec;
}

export interface WarmResult {
  promptTokens: number;
  /** How many of them no cached sequence held. */
  computedTokens: number;
}

export interface ScoreParams {
  model: ModelSpec;
  text: string;
  /**
   * Tokens that stand after those of `text`, such as a window of a longer text: read again as text, they might become
   * other tokens.
   */
  textIds?: number[];
  /** The first so many tokens are only read, and get no score; 0 when absent. Nothing is known of the first in any case. */
  contextTokens?: number;
  /** Report this many likeliest alternatives of each token; 0 or absent: none. */
  logprobs?: number;
  /** As in {@link GenerateParams}. */
  memory?: MemoryUse;
  priority: Priority;
}

export interface ScoredToken {
  id: number;
  text: string;
  /** Natural logarithm of its probability after all tokens before it; absent for the first and for context. */
  logprob?: number;
  /** As in {@link GeneratedToken}. */
  rank?: number;
  top?: TokenChoice[];
  memory?: TokenMemory;
}

export interface ScoreResult {
  tokens: ScoredToken[];
  /** Negative log-likelihood of all scored tokens, in nats. */
  totalNats: number;
  /** exp(nats per scored token). */
  perplexity: number;
  /** Bits over the UTF-8 bytes of the scored tokens. */
  bitsPerByte: number;
  device: Device;
  dtype: Dtype;
}

export interface RankParams {
  model: ModelSpec;
  /** Stands before each of the candidates. */
  prompt: string;
  /**
   * At least one, and none of them empty. Each is read as tokens of its own: one that goes on after a word begins with a
   * space.
   */
  candidates: string[];
  /** What to do when the prompt and the longest candidate do not fit: `fail` (the default), or drop the oldest tokens. */
  overflow?: "fail" | "keepEnd";
  /** As in {@link GenerateParams}. */
  memory?: MemoryUse;
  priority: Priority;
}

/** How likely a candidate is after the prompt. */
export interface RankedCandidate {
  /** Natural logarithm of the probability of all its tokens. */
  logprob: number;
  /** How many tokens it has. */
  tokens: number;
}

export interface RankResult {
  /** In the order of the request. */
  candidates: RankedCandidate[];
  promptTokens: number;
  /** How many of them a cached sequence already held. */
  reusedTokens: number;
  device: Device;
  dtype: Dtype;
}

export interface TokenizeParams {
  model: ModelSpec;
  text: string;
}

export interface TokenizeResult {
  ids: number[];
  /** The text of each token; bytes that are no whole character show as U+FFFD. */
  pieces: string[];
  /** How many bytes of UTF-8 each token stands for. */
  byteLengths: number[];
}

export interface DetokenizeParams {
  model: ModelSpec;
  ids: number[];
}

export interface DetokenizeResult {
  /** The text that the tokens stand for: all pieces, one after the other. */
  text: string;
  /** The characters that each token completes; bytes at the end that are no whole character add U+FFFD to the last. */
  pieces: string[];
}

export interface LogMessage {
  level: "info" | "warn" | "error";
  message: string;
}

/** `data` of every error response. */
export interface ErrorData {
  kind: ErrorKind;
}

// Client to engine.
export const InitializeRequest = new RequestType<InitializeParams, InitializeResult, ErrorData>("initialize");
export const LoadModelRequest = new RequestType<LoadModelParams, ModelInfo, ErrorData>("model/load");
export const GenerateRequest = new RequestType<GenerateParams, GenerateResult, ErrorData>("generate");
/** Reads a prompt ahead of its generation, after everything else that the engine is asked. */
export const WarmRequest = new RequestType<WarmParams, WarmResult, ErrorData>("warm");
export const ScoreRequest = new RequestType<ScoreParams, ScoreResult, ErrorData>("score");
/** Scores several continuations of one prompt, which is read once. */
export const RankRequest = new RequestType<RankParams, RankResult, ErrorData>("rank");
export const TokenizeRequest = new RequestType<TokenizeParams, TokenizeResult, ErrorData>("tokenize");
export const DetokenizeRequest = new RequestType<DetokenizeParams, DetokenizeResult, ErrorData>("detokenize");
/** The engine answers, then ends its process. */
export const ShutdownRequest = new RequestType0<null, ErrorData>("shutdown");

// Engine to client.
export const LogNotification = new NotificationType<LogMessage>("log");
/** A model was loaded again, or moved to another device: a faster one was found, or its own was lost. */
export const ModelChangedNotification = new NotificationType<ModelInfo>("model/changed");
/** A model was not used for `unloadAfterMinutes`: its memory is free, and the next request loads it again. */
export const ModelUnloadedNotification = new NotificationType<ModelInfo>("model/unloaded");
export const generateProgress = new ProgressType<GenerateProgress>();
