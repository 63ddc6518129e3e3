import type { Event } from "vscode-jsonrpc";
import type {
  Device,
  GenerateParams,
  GenerateProgress,
  GenerateResult,
  ModelInfo,
  ModelSpec,
  RankParams,
  RankResult,
  ScoreParams,
  ScoreResult,
  TokenizeParams,
  TokenizeResult,
  WarmParams,
  WarmResult,
} from "../../shared/protocol.ts";
import type { EngineState } from "./engineState.ts";

/** Where a model runs: on a device of the machine that the extension runs on, or on a server. */
export type AnsweringDevice = Device | "remote";

/** What a server may not offer; an engine offers all. */
export type Lack =
  /** The probabilities of the tokens that it writes. */
  | "logprobs"
  /** The probabilities of a text that it is given: `echo` of the completions API. */
  | "echo"
  /** The tokens of a text. */
  | "tokens";

/** What is known of a model that answers, wherever it runs. */
export interface AnsweringModel extends Pick<ModelInfo, "name" | "deviceReason" | "contextLength" | "fillsInMiddle"> {
  readonly device: AnsweringDevice;
  /** `unknown` of a server's model: the API does not tell. */
  readonly dtype: ModelInfo["dtype"] | "unknown";
  /** Absent where the model is not on this machine. */
  readonly folder?: string;
  /** Absent: the server offers everything, or there is no server. */
  readonly lacks?: readonly Lack[];
}

type Answer<T extends { device: Device; dtype: ModelInfo["dtype"] }> = Omit<T, "device" | "dtype"> & {
  device: AnsweringDevice;
};

export type GenerateAnswer = Answer<GenerateResult>;
export type ScoreAnswer = Answer<ScoreResult>;
export type RankAnswer = Answer<RankResult>;

/**
 * What answers: an engine process or a server. Both take the parameters of shared/protocol.ts; what a server makes of
 * those that its API does not have stands in remote/remoteClient.ts.
 */
export interface Backend {
  /** With `onToken`, tokens arrive as they are generated. */
  generate(
    params: Omit<GenerateParams, "progressToken">,
    signal?: AbortSignal,
    onToken?: (progress: GenerateProgress) => void,
  ): Promise<GenerateAnswer>;
  /** Reads a prompt ahead. */
  warm(params: WarmParams, signal?: AbortSignal): Promise<WarmResult>;
  score(params: ScoreParams, signal?: AbortSignal): Promise<ScoreAnswer>;
  /** How likely several continuations of a prompt are. */
  rank(params: RankParams, signal?: AbortSignal): Promise<RankAnswer>;
  tokenize(params: TokenizeParams, signal?: AbortSignal): Promise<TokenizeResult>;
}

/** A backend that is ready, with the model that a call is for. */
export interface RunningBackend {
  readonly client: Backend;
  /** Names the model in the calls to this backend. */
  readonly spec: ModelSpec;
  readonly model: AnsweringModel;
}

/**
 * The model on this machine that a call is for, or what finds it: only asked where such a model answers, since who has a
 * server need not have one.
 */
export type SpecSource = ModelSpec | (() => ModelSpec);

/** Brings calls to whatever answers, after starting or reaching it. Callers do not know which one it is. */
export interface BackendAccess {
  readonly state: EngineState;
  readonly onDidChangeState: Event<EngineState>;
  /** What is known of the model that was used last, once it is loaded or reached. */
  readonly model: AnsweringModel | undefined;
  /** How many calls there were since the extension started. */
  readonly requestCount: number;
  /** What is known of the model that answers a call for this one. */
  modelOf(spec: SpecSource): AnsweringModel | undefined;
  use<T>(call: (backend: RunningBackend) => Promise<T>, signal: AbortSignal, spec?: SpecSource): Promise<T>;
  /** As {@link use}, for what the user has not asked for: no state shows it, and it does not count. */
  useQuietly<T>(call: (backend: RunningBackend) => Promise<T>, signal: AbortSignal, spec?: SpecSource): Promise<T>;
}
