import { DelegateBackoff, handleWhen, retry, type IRetryBackoffContext } from "cockatiel";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { LocalghostError } from "../../shared/errors.ts";
import { abortable, cancelled } from "../cancellation.ts";
import { checkSecrecy, type Endpoint } from "./endpoint.ts";
import { Patience } from "./patience.ts";
import {
  brokenOff,
  failedWhileWriting,
  notReached,
  notUnderstood,
  refused,
  RemoteError,
  saidIn,
  tooSlow,
} from "./remoteError.ts";

/** After the first attempt. */
const RETRIES = 2;
const FIRST_WAIT_MS = 150;
/** A server that asks for a longer wait is not waited for. */
const LONGEST_WAIT_MS = 5_000;
/** The probabilities of a long text are some megabytes. */
const LARGEST_ANSWER = 64 * 1024 * 1024;
/** No event of a completion is longer. */
const LONGEST_EVENT = 4 * 1024 * 1024;

export interface ConnectionOptions {
  readonly endpoint: Endpoint;
  readonly token?: string | undefined;
  /** The longest silence: before an answer, and in the middle of one. */
  readonly timeoutMs: number;
  /** VS Code's own goes through its proxy, and trusts what it trusts. */
  readonly fetch: typeof fetch;
}

/** HTTP with one server: JSON, server-sent events, time-outs, and another try where that may help. */
export class ServerConnection {
  readonly endpoint: Endpoint;
  readonly #options: ConnectionOptions;
  readonly #retries = retry(
    handleWhen((error) => error instanceof RemoteError && error.isPassing && !asksForLonger(error)),
    { maxAttempts: RETRIES, backoff: new DelegateBackoff(waitFor) },
  );

  /** @throws LocalghostError `remoteFailed` where the token would be sent in the open */
  constructor(options: ConnectionOptions) {
    checkSecrecy(options.endpoint, options.token);
    this.endpoint = options.endpoint;
    this.#options = options;
  }

  /**
   * The JSON of an answer; with a body the method is POST.
   * @throws RemoteError, or LocalghostError `cancelled` when the signal is aborted
   */
  async json(url: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    return this.#persist(signal, async () => {
      const { response, patience } = await this.#send(url, body, signal);
      try {
        return JSON.parse(await this.#text(response, patience)) as unknown;
      } catch (thrown) {
        throw thrown instanceof SyntaxError
          ? notUnderstood(this.#host, thrown)
          : this.#whyBroken(thrown, patience, signal);
      } finally {
        patience.end();
      }
    });
  }

  /**
   * The JSON of each server-sent event, until `[DONE]` or the end. Another try is made only before the answer begins.
   * Ending the iteration, or aborting the signal, closes the connection: the server need not go on.
   * @throws as {@link json}
   */
  async *events(url: string, body: unknown, signal: AbortSignal): AsyncGenerator<unknown, void, undefined> {
    const { response, patience } = await this.#persist(signal, () => this.#send(url, body, signal));
    try {
      if (!response.body) throw notUnderstood(this.#host);
      const events = response.body
        .pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream({ maxBufferSize: LONGEST_EVENT }));
      let count = 0;
      for await (const { data } of events) {
        patience.renew();
        count++;
        if (data === "[DONE]") return;
        yield this.#parse(data);
      }
      // A page, or JSON, in the place of a stream has none.
      if (count === 0) throw notUnderstood(this.#host);
    } catch (thrown) {
      throw this.#whyBroken(thrown, patience, signal);
    } finally {
      patience.end();
    }
  }

  async #persist<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
    if (signal.aborted) throw cancelled();
    return abortable(this.#retries.execute(attempt, signal), signal);
  }

  async #send(url: string, body: unknown, signal: AbortSignal): Promise<{ response: Response; patience: Patience }> {
    if (signal.aborted) throw cancelled();
    const { token, timeoutMs, fetch } = this.#options;
    const patience = new Patience(timeoutMs, signal);
    let response: Response;
    try {
      response = await fetch(url, {
        method: body === undefined ? "GET" : "POST",
        headers: {
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: "manual",
        signal: patience.signal,
      });
    } catch (thrown) {
      patience.end();
      throw this.#whyNone(thrown, patience, signal);
    }
    if (response.ok) return { response, patience };
    // What it says is worth having; that it refuses is known without.
    const said = await this.#text(response, patience).catch(() => "");
    patience.end();
    throw refused(this.#host, response, said);
  }

  async #text({ body }: Response, patience: Patience): Promise<string> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    const stream: AsyncIterable<Uint8Array> | Iterable<never> = body ?? [];
    for await (const chunk of stream) {
      patience.renew();
      bytes += chunk.length;
      if (bytes > LARGEST_ANSWER) throw notUnderstood(this.#host);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  #parse(data: string): unknown {
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch (thrown) {
      throw notUnderstood(this.#host, thrown);
    }
    if (typeof value === "object" && value !== null && "error" in value) {
      throw failedWhileWriting(this.#host, saidIn(data));
    }
    return value;
  }

  #whyNone(thrown: unknown, patience: Patience, signal: AbortSignal): LocalghostError {
    return this.#whyEnded(patience, signal) ?? notReached(this.#host, thrown);
  }

  #whyBroken(thrown: unknown, patience: Patience, signal: AbortSignal): LocalghostError {
    if (thrown instanceof LocalghostError) return thrown;
    return this.#whyEnded(patience, signal) ?? brokenOff(this.#host, thrown);
  }

  #whyEnded(patience: Patience, signal: AbortSignal): LocalghostError | undefined {
    if (signal.aborted) return cancelled();
    return patience.isOver ? tooSlow(this.#host, this.#options.timeoutMs / 1000) : undefined;
  }

  get #host(): string {
    return this.endpoint.host;
  }
}

function asksForLonger({ retryAfterMs = 0 }: RemoteError): boolean {
  return retryAfterMs > LONGEST_WAIT_MS;
}

/** As long as the server asks for, else twice as long each time; not just as long as others that were turned away with us. */
function waitFor({ attempt, result }: IRetryBackoffContext<unknown>): number {
  const asked = "error" in result && result.error instanceof RemoteError ? result.error.retryAfterMs : undefined;
  return asked ?? FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
}
