import * as l10n from "@vscode/l10n";
import {
  CircuitState,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  isBrokenCircuitError,
} from "cockatiel";
import { isCancelled, isRemoteFailed, LocalghostError, toLocalghostError } from "../../shared/errors.ts";
import { abortable } from "../cancellation.ts";
import type { AnsweringModel, Backend, Lack, RunningBackend } from "../client/backend.ts";
import { connect, type RemoteReach, type RemoteSettings } from "./connect.ts";
import type { Offers } from "./offers.ts";
import { RemoteClient } from "./remoteClient.ts";

/** So many calls in a row that fail, each after its own retries, and the server is left alone for a while. */
const FAILURES = 3;
/** For how long: more each time that it is still not there. */
const LEFT_ALONE = { initialDelay: 5_000, maxDelay: 120_000 };
/** GPT-2's own, of a server that does not tell. */
const USUAL_CONTEXT_LENGTH = 1024;

/** A server that has shown what it can do. */
export interface ReachedServer extends RunningBackend {
  readonly offers: Offers;
}

/**
 * One server with a circuit breaker. It is asked for its models and tried once before it is used; after failures it is left
 * alone, and asked again in the background, so that nobody waits for a server that is not there.
 */
export class RemoteServer {
  readonly #settings: RemoteSettings;
  readonly #reach: RemoteReach;
  readonly #onChange: () => void;
  readonly #life = new AbortController();
  readonly #breaker = circuitBreaker(handleWhen(isRemoteFailed), {
    breaker: new ConsecutiveBreaker(FAILURES),
    halfOpenAfter: new ExponentialBackoff(LEFT_ALONE),
  });
  #reaching: Promise<ReachedServer | undefined> | undefined;
  #reached: ReachedServer | undefined;
  #isAsking = false;
  #trouble: LocalghostError | undefined;

  /** @param onChange told when the server is reached or fails */
  constructor(settings: RemoteSettings, reach: RemoteReach, onChange: () => void) {
    this.#settings = settings;
    this.#reach = reach;
    this.#onChange = onChange;
  }

  /** For messages. */
  get host(): string {
    return URL.parse(this.#settings.endpoint)?.host ?? this.#settings.endpoint;
  }

  /** What is known of the server, once it is reached. */
  get reached(): ReachedServer | undefined {
    return this.#reached;
  }

  get isBeingReached(): boolean {
    return this.#isAsking && this.#reached === undefined;
  }

  /** Why the last call failed; undefined after one that did not. */
  get trouble(): LocalghostError | undefined {
    return this.#trouble;
  }

  /** The server, as soon as it is known what it can do; undefined where it cannot be reached, or is left alone. */
  async ready(signal: AbortSignal): Promise<ReachedServer | undefined> {
    if (this.#breaker.state === CircuitState.Closed) return abortable((this.#reaching ??= this.#ask()), signal);
    if (this.#breaker.state === CircuitState.Open) this.#reaching = this.#ask();
    return undefined;
  }

  /**
   * Makes a call to the server that counts for its circuit breaker.
   * @param hasAnswered whether the server has said anything: a call that is cancelled after that did not fail
   */
  async call<T>(request: () => Promise<T>, hasAnswered: () => boolean): Promise<T> {
    try {
      const outcome = await this.#breaker.execute(async () => {
        try {
          return { answer: await request() };
        } catch (thrown) {
          if (isCancelled(thrown) && hasAnswered()) return { thrown };
          throw thrown;
        }
      });
      this.#setTrouble(undefined);
      if ("thrown" in outcome) throw outcome.thrown;
      return outcome.answer;
    } catch (thrown) {
      // Another call has opened the circuit meanwhile.
      if (isBrokenCircuitError(thrown)) throw this.#trouble ?? thrown;
      if (isRemoteFailed(thrown)) this.#setTrouble(thrown);
      throw thrown;
    }
  }

  /** A call was given up before the server said anything: the next one first asks whether it is still there. */
  doubt(): void {
    this.#reaching = undefined;
  }

  dispose(): void {
    this.#life.abort();
  }

  /** Not tied to any caller's patience: whoever types gives up sooner than a server that is not there can be told. */
  async #ask(): Promise<ReachedServer | undefined> {
    try {
      this.#isAsking = true;
      this.#onChange();
      const reached = await this.#breaker.execute(() => this.#connect().catch(countAsFailed));
      this.#reached = reached;
      this.#trouble = undefined;
      return reached;
    } catch (thrown) {
      this.#reaching = undefined;
      if (!isBrokenCircuitError(thrown)) this.#trouble = toLocalghostError(thrown);
      return undefined;
    } finally {
      this.#isAsking = false;
      if (!this.#life.signal.aborted) this.#onChange();
    }
  }

  async #connect(): Promise<ReachedServer> {
    const { connection, offers, endpoint } = await connect(this.#settings, this.#reach, this.#life.signal);
    const client: Backend = new RemoteClient(connection, offers);
    return { client, spec: { folder: endpoint.base }, model: modelOf(offers, endpoint.host), offers };
  }

  #setTrouble(trouble: LocalghostError | undefined): void {
    const changed = this.#trouble?.message !== trouble?.message;
    this.#trouble = trouble;
    if (changed) this.#onChange();
  }
}

/** A server that refuses to be tried is no more use than one that is not there, and is left alone in the same way. */
function countAsFailed(thrown: unknown): never {
  if (isCancelled(thrown) || isRemoteFailed(thrown)) throw thrown;
  throw new LocalghostError("remoteFailed", toLocalghostError(thrown).message, { cause: thrown });
}

function modelOf(offers: Offers, host: string): AnsweringModel {
  return {
    name: offers.model,
    device: "remote",
    deviceReason: l10n.t("It runs on {0}, which localghost.remote.endpoint names.", host),
    dtype: "unknown",
    contextLength: offers.contextLength ?? USUAL_CONTEXT_LENGTH,
    lacks: lacksOf(offers),
  };
}

function lacksOf({ logprobs, echo, tokenizer }: Offers): Lack[] {
  return [
    ...(logprobs ? [] : (["logprobs"] as const)),
    ...(echo ? [] : (["echo"] as const)),
    ...(tokenizer || echo ? [] : (["tokens"] as const)),
  ];
}
