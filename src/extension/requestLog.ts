import { toLocalghostError } from "../shared/errors.ts";
import type { WarmResult } from "../shared/protocol.ts";
import { SpeedMeter } from "./client/speedMeter.ts";
import type { AnsweringModel, BackendAccess } from "./client/backend.ts";
import { describeRequest, type Outcome, type RequestFigures } from "./completion/figures.ts";
import type { Log } from "./log.ts";

/** Writes each ghost-text request to the log, and measures the model's speed by them. */
export class RequestLog {
  readonly #engine: BackendAccess;
  readonly #log: Log;
  readonly #speed = new SpeedMeter();
  #lastReadAhead: WarmResult | undefined;
  #last: (RequestFigures & { readonly outcome: Outcome }) | undefined;

  constructor(engine: BackendAccess, log: Log) {
    this.#engine = engine;
    this.#log = log;
  }

  /** The latest request. */
  get last(): (RequestFigures & { readonly outcome: Outcome }) | undefined {
    return this.#last;
  }

  get lastReadAhead(): WarmResult | undefined {
    return this.#lastReadAhead;
  }

  /** What a model takes for a token, once enough requests have told. */
  readonly msPerToken = (model: AnsweringModel): number | undefined => this.#speed.msPerToken(model);

  readonly readAhead = (result: WarmResult): void => {
    this.#lastReadAhead = result;
    if (result.computedTokens === 0) return;
    this.#log.debug(`Reading ahead: ${result.promptTokens} prompt tokens, ${result.computedTokens} of them computed.`);
  };

  /** Ghost text will fail for the same reason, and tell the user. */
  readonly readAheadFailed = (thrown: unknown): void => {
    this.#log.debug(`Reading ahead failed: ${toLocalghostError(thrown).message}`);
  };

  readonly add = (figures: RequestFigures, outcome: Outcome): void => {
    this.#last = { ...figures, outcome };
    this.#log.debug(describeRequest(figures, outcome));
    const { model } = this.#engine;
    // A request that has outlived its device tells nothing of the next one.
    if (!model || figures.device !== model.device || figures.decodeMsPerToken === 0) return;
    const wasKnown = this.msPerToken(model) !== undefined;
    this.#speed.add(model, figures.decodeMsPerToken);
    const msPerToken = this.msPerToken(model);
    if (wasKnown || msPerToken === undefined) return;
    const { name, dtype, device, deviceReason } = model;
    this.#log.info(`Model ${name} (${dtype}) takes ${msPerToken.toFixed(1)} ms a token on ${device}: ${deviceReason}`);
  };
}
