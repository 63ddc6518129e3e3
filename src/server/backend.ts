import type {
  DetokenizeParams,
  DetokenizeResult,
  GenerateParams,
  GenerateProgress,
  GenerateResult,
  ModelSpec,
  ScoreParams,
  ScoreResult,
  TokenizeParams,
  TokenizeResult,
} from "../shared/protocol.ts";

/** What the server answers from: the engine of this process, or that of another one. */
export interface ServerBackend {
  /** The models that may be asked for; read at each request. */
  readonly models: () => readonly ServedModel[];
  readonly engine: ServerEngine;
}

export interface ServedModel {
  /** By which requests name it. */
  readonly id: string;
  readonly spec: ModelSpec;
  /** The most tokens that it can look at; absent where its configuration cannot be read. */
  readonly contextLength?: number | undefined;
}

/** What every call to the engine takes. */
export interface EngineCall {
  readonly engine: ServerEngine;
  readonly model: ModelSpec;
  readonly signal: AbortSignal;
}

/** As the engine itself has these; each loads its model where that is not loaded yet. */
export interface ServerEngine {
  generate(
    params: GenerateParams,
    signal: AbortSignal,
    onProgress?: (progress: GenerateProgress) => void,
  ): Promise<GenerateResult>;
  score(params: ScoreParams, signal: AbortSignal): Promise<ScoreResult>;
  tokenize(params: TokenizeParams, signal: AbortSignal): TokenizeResult | Promise<TokenizeResult>;
  detokenize(params: DetokenizeParams, signal: AbortSignal): DetokenizeResult | Promise<DetokenizeResult>;
}
