/**
 * A server of OpenAI's completions API on this machine, in the forms that servers speak it, with faults on demand. Its model
 * is a table of which word follows which, so that every probability is known.
 */
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** What the server can do; all, where nothing else is said. */
export interface Abilities {
  /** As lists side by side (OpenAI, vLLM), as objects (llama-server), or refused. */
  logprobs: "lists" | "objects" | "none";
  /** `ignored`: as by servers that do not know it. */
  echo: "yes" | "refused" | "ignored";
  tokenize: "llamaServer" | "vllm" | "none";
  /** Asked for by every request. */
  token?: string;
  contextLength?: number;
  /** Where the list of models has that; by default as vLLM. */
  tellsContextLength?: "vllm" | "rayServe";
}

export type Fault =
  | { kind: "status"; status: number; body?: string; headers?: Record<string, string> }
  /** So long nothing comes, then the answer. */
  | { kind: "slow"; ms: number }
  /** Nothing ever comes. */
  | { kind: "hang" }
  /** The connection breaks after so many events. */
  | { kind: "cut"; after: number }
  /** The stream ends as if it was whole. */
  | { kind: "end"; after: number }
  /** Events that are no JSON, or no completion. */
  | { kind: "garbage"; data: string }
  /** A login page. */
  | { kind: "page" }
  /** An error in the middle of a stream, as vLLM sends it. */
  | { kind: "errorEvent" };

export interface LoggedRequest {
  url: string;
  authorization: string | undefined;
  body: Record<string, unknown>;
  /** The client went away before the answer was whole. */
  wasCancelled: boolean;
}

/** What follows a word, likeliest first, with its probability. */
const FOLLOWERS: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  a: [
    [" red", 0.5],
    [" blue", 0.25],
    [" green", 0.125],
  ],
  red: [[" fox", 0.5]],
  blue: [[" whale", 0.5]],
  green: [[" frog", 0.5]],
  fox: [[".", 0.5]],
  whale: [[".", 0.5]],
  frog: [[".", 0.5]],
  smile: [[" 😀", 0.5]],
  // The end of the text.
  ".": [],
};
const OTHERWISE: readonly (readonly [string, number])[] = [
  [" a", 0.5],
  [" the", 0.25],
];
/** Of a word that the table does not have there. */
const RARE = 1 / 1024;

/** The server's tokens: words with the space before them, and what is between. */
export function tokensOf(text: string): string[] {
  return text.match(/ ?[\p{L}\p{N}]+| ?[^\s\p{L}\p{N}]+|\s/gu) ?? [];
}

function followers(token: string): readonly (readonly [string, number])[] {
  return FOLLOWERS[token.trim()] ?? OTHERWISE;
}

export function probability(token: string, before: string): number {
  return followers(before).find(([text]) => text === token)?.[1] ?? RARE;
}

export class TestCompletionsServer {
  readonly requests: LoggedRequest[] = [];
  readonly #abilities: Abilities;
  readonly #server: http.Server;
  #faults: Fault[] = [];
  #fallback: Fault | undefined;

  private constructor(abilities: Abilities) {
    this.#abilities = abilities;
    this.#server = http.createServer((request, response) => void this.#serve(request, response));
  }

  static async start(abilities: Partial<Abilities> = {}): Promise<TestCompletionsServer> {
    const server = new TestCompletionsServer({ logprobs: "lists", echo: "yes", tokenize: "vllm", ...abilities });
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next completions, one after the other. */
  fail(...faults: Fault[]): void {
    this.#faults.push(...faults);
  }

  /** All from now on, of whatever kind; undefined: none. */
  failAlways(fault: Fault | undefined): void {
    this.#fallback = fault;
  }

  /** Requests for completions, without those by which a client finds out what there is. */
  get completions(): LoggedRequest[] {
    return this.requests.filter(({ url, body }) => url.endsWith("/completions") && !isTrial(body));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = await readBody(request);
    const url = request.url ?? "";
    const logged: LoggedRequest = { url, authorization: request.headers.authorization, body, wasCancelled: false };
    this.requests.push(logged);
    response.on("close", () => {
      logged.wasCancelled = !response.writableFinished;
    });
    const { token } = this.#abilities;
    if (token !== undefined && logged.authorization !== `Bearer ${token}`) {
      sendJson(response, 401, { error: { message: "Incorrect API key provided." } });
      return;
    }
    const fault = this.#fallback ?? (url.endsWith("/completions") && !isTrial(body) ? this.#faults.shift() : undefined);
    if (fault && (await this.#spoil(fault, response))) return;
    if (url === "/v1/models") {
      const { contextLength = 1024, tellsContextLength = "vllm" } = this.#abilities;
      const told =
        tellsContextLength === "vllm"
          ? { max_model_len: contextLength }
          : { metadata: { model_id: "table", max_request_context_length: contextLength } };
      sendJson(response, 200, { object: "list", data: [{ id: "table", object: "model", ...told }] });
    } else if (url === "/v1/completions") await this.#complete(body, response, fault);
    else if (url === "/tokenize" && this.#abilities.tokenize !== "none") this.#tokenize(body, response);
    else sendJson(response, 404, { error: { message: `Not found: ${url}` } });
  }

  /** Whether that is the whole answer. */
  async #spoil(fault: Fault, response: http.ServerResponse): Promise<boolean> {
    switch (fault.kind) {
      case "status":
        response
          .writeHead(fault.status, fault.headers)
          .end(fault.body ?? JSON.stringify({ error: { message: "It failed." } }));
        return true;
      case "slow":
        await wait(fault.ms);
        return false;
      case "hang":
        return true;
      case "page":
        response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Sign in</title>");
        return true;
      case "garbage":
        response.writeHead(200, { "content-type": "text/event-stream" }).end(`data: ${fault.data}\n\n`);
        return true;
      case "cut":
      case "end":
      case "errorEvent":
        return false;
    }
  }

  async #complete(
    body: Record<string, unknown>,
    response: http.ServerResponse,
    fault: Fault | undefined,
  ): Promise<void> {
    const { logprobs: style, echo: echoes, contextLength = 1024 } = this.#abilities;
    const {
      prompt,
      max_tokens,
      echo,
      logprobs,
      stream,
      stop = [],
    } = body as {
      prompt: string;
      max_tokens: number;
      echo?: boolean;
      logprobs?: number;
      stream?: boolean;
      stop?: string[];
    };
    if (logprobs !== undefined && style === "none") {
      refuse(response, "logprobs are not supported");
      return;
    }
    if (echo && echoes === "refused") {
      refuse(response, "Only no echo is supported");
      return;
    }
    const read = tokensOf(prompt);
    if (read.length + max_tokens > contextLength) {
      refuse(response, `This model's maximum context length is ${contextLength} tokens. However, you requested more.`);
      return;
    }
    const { tokens, finishReason } = write(read.at(-1) ?? "", max_tokens, stop);
    const usage = {
      prompt_tokens: read.length,
      completion_tokens: tokens.length,
      total_tokens: read.length + tokens.length,
    };
    if (!stream) {
      const shown = echo && echoes === "yes" ? [...read, ...tokens] : tokens;
      const before = shown === tokens ? (read.at(-1) ?? "") : undefined;
      const choice = { text: shown.join(""), index: 0, finish_reason: finishReason };
      const told = logprobs === undefined ? null : this.#logprobs(shown, before, logprobs);
      sendJson(response, 200, {
        object: "text_completion",
        model: "table",
        choices: [{ ...choice, logprobs: told }],
        usage,
      });
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (data: unknown) => response.write(`data: ${JSON.stringify(data)}\n\n`);
    for (const [i, token] of tokens.entries()) {
      if (fault?.kind === "cut" && i === fault.after) {
        response.destroy();
        return;
      }
      if (fault?.kind === "end" && i === fault.after) {
        response.end();
        return;
      }
      if (fault?.kind === "errorEvent") send({ error: { message: "Out of memory." } });
      const told =
        logprobs === undefined ? null : this.#logprobs([token], tokens[i - 1] ?? read.at(-1) ?? "", logprobs);
      send({ object: "text_completion", choices: [{ index: 0, text: token, logprobs: told, finish_reason: null }] });
      await wait(1);
    }
    send({ choices: [{ index: 0, text: "", logprobs: null, finish_reason: finishReason }] });
    if ((body["stream_options"] as { include_usage?: boolean } | undefined)?.include_usage)
      send({ choices: [], usage });
    response.end("data: [DONE]\n\n");
  }

  #logprobs(tokens: readonly string[], before: string | undefined, count: number): unknown {
    const previous = (i: number) => (i === 0 ? before : tokens[i - 1]);
    const logprobOf = (token: string, i: number) => {
      const last = previous(i);
      return last === undefined ? null : Math.log(probability(token, last));
    };
    const topOf = (i: number) => followers(previous(i) ?? "").slice(0, count);
    if (this.#abilities.logprobs === "objects") {
      const content = tokens.map((token, i) => ({
        token,
        logprob: logprobOf(token, i) ?? 0,
        bytes: [...Buffer.from(token)],
        top_logprobs: topOf(i).map(([text, p]) => ({ token: text, logprob: Math.log(p) })),
      }));
      return { content };
    }
    return {
      tokens,
      token_logprobs: tokens.map(logprobOf),
      top_logprobs: tokens.map((token, i) => {
        const own = logprobOf(token, i);
        if (own === null) return null;
        return Object.fromEntries([...topOf(i).map(([text, p]) => [text, Math.log(p)] as const), [token, own]]);
      }),
      text_offset: tokens.map((_, i) => tokens.slice(0, i).join("").length),
    };
  }

  #tokenize(body: Record<string, unknown>, response: http.ServerResponse): void {
    const { prompt, content } = body as { prompt?: string; content?: string };
    if (this.#abilities.tokenize === "llamaServer") {
      if (content === undefined) {
        sendJson(response, 200, { tokens: [] });
        return;
      }
      const pieces = tokensOf(content).flatMap((piece): (string | number[])[] => {
        // Half a character is no text.
        const bytes = [...Buffer.from(piece)];
        return piece === " 😀" ? [bytes.slice(0, 3), bytes.slice(3)] : [piece];
      });
      sendJson(response, 200, { tokens: pieces.map((piece, id) => ({ id, piece })) });
      return;
    }
    if (prompt === undefined) {
      sendJson(response, 400, { error: { message: "Field required: prompt" } });
      return;
    }
    const tokens = tokensOf(prompt);
    sendJson(response, 200, {
      count: tokens.length,
      max_model_len: 1024,
      tokens: tokens.map((_, i) => i),
      token_strs: tokens.map((token) => token.replaceAll(" ", "Ġ").replaceAll("\n", "Ċ")),
    });
  }
}

/** What clients try a server with. */
function isTrial({ prompt }: Record<string, unknown>): boolean {
  return prompt === "The quick brown fox";
}

function write(last: string, most: number, stop: readonly string[]): { tokens: string[]; finishReason: string } {
  const tokens: string[] = [];
  for (let before = last; tokens.length < most;) {
    const [[next] = [""]] = followers(before);
    if (next === "") return { tokens, finishReason: "stop" };
    if (stop.some((word) => next.includes(word))) return { tokens, finishReason: "stop" };
    tokens.push(next);
    before = next;
  }
  return { tokens, finishReason: "length" };
}

async function readBody(request: http.IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function refuse(response: http.ServerResponse, message: string): void {
  sendJson(response, 400, { error: { message, type: "invalid_request_error", code: 400 } });
}

function sendJson(response: http.ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}
