/**
 * A server of OpenAI's completions API as a backend. Where the API lacks what the protocol has:
 *
 * - `promptIds` and `textIds` are sent as the text that they stand for; ids are numbers of {@link TokenNumbers};
 * - `alternatives` are requests side by side: drawn ones with a seed each, the likeliest ones from the likeliest first
 *   tokens on;
 * - `overflow: keepEnd` leaves out the older half of a prompt until the server takes it;
 * - `heal` takes back a space at the end of the prompt; one that ends inside of a word is sent as it stands;
 * - `memory` has no part in it: the server has none for its model;
 * - `warm` sends nothing: a server that keeps what it has read does so by itself;
 * - `drafts` and `priority` are the server's own business;
 * - `suffix` and `ignoreEndOfText` are refused, and so is what needs probabilities or tokens that the server does not tell.
 *
 * docs/remote.md says what that means for a user.
 */
import * as l10n from "@vscode/l10n";
import { isCancelled, LocalghostError } from "../../shared/errors.ts";
import type {
  Alternative,
  GenerateParams,
  GenerateProgress,
  RankParams,
  RankedCandidate,
  ScoreParams,
  TokenizeParams,
  TokenizeResult,
  WarmResult,
} from "../../shared/protocol.ts";
import type { Backend, GenerateAnswer, RankAnswer, ScoreAnswer } from "../client/backend.ts";
import { echoTokens } from "./echo.ts";
import { fittingEnd } from "./fittingEnd.ts";
import { AfterSpace, afterSpace, takeSpace } from "./healedSpace.ts";
import type { Offers } from "./offers.ts";
import { completionBody } from "./requestBody.ts";
import { readTokens } from "./remoteTokenizer.ts";
import { scoreOf } from "./scoreOf.ts";
import type { ServerConnection } from "./serverConnection.ts";
import { TokenNumbers } from "./tokenNumbers.ts";
import { writeText, type RemoteText } from "./writeText.ts";

/** So many requests are under way at once: a server that puts them together in batches likes several. */
const SIDE_BY_SIDE = 8;

const NEVER = new AbortController().signal;

type Request = Omit<GenerateParams, "progressToken">;

export class RemoteClient implements Backend {
  readonly #connection: ServerConnection;
  readonly #offers: Offers;
  readonly #numbers = new TokenNumbers();

  constructor(connection: ServerConnection, offers: Offers) {
    this.#connection = connection;
    this.#offers = offers;
  }

  async generate(
    params: Request,
    signal: AbortSignal = NEVER,
    onToken: (progress: GenerateProgress) => void = () => undefined,
  ): Promise<GenerateAnswer> {
    const { prompt: given, promptIds = [], promptIdsText, overflow, alternatives: count = 1 } = params;
    this.#refuse(params);
    const prompt = given + (promptIdsText ?? this.#numbers.textOf(promptIds));
    const { prompt: asked, isTaken } = takeSpace(prompt, params.heal);
    return fittingEnd(asked, overflow, async (fitting) => {
      const texts = isTaken
        ? await this.#textsAfterSpace(fitting, params, signal, onToken)
        : await this.#texts(fitting, params, signal, onToken);
      return toAnswer(texts, count);
    });
  }

  warm(): Promise<WarmResult> {
    return Promise.resolve({ promptTokens: 0, computedTokens: 0 });
  }

  async score(params: ScoreParams, signal: AbortSignal = NEVER): Promise<ScoreAnswer> {
    this.#needEcho();
    const text = params.text + this.#numbers.textOf(params.textIds ?? []);
    const tokens = await echoTokens(this.#connection, this.#offers.model, text, params.logprobs ?? 0, signal);
    return scoreOf(tokens, params, this.#numbers);
  }

  /**
   * What all tokens of prompt and candidate are worth, less what those of the prompt alone are: so it does not matter
   * whether a token of the one goes on into the other.
   */
  async rank(params: RankParams, signal: AbortSignal = NEVER): Promise<RankAnswer> {
    this.#needEcho();
    const { model } = this.#offers;
    return fittingEnd(params.prompt, params.overflow, async (prompt) => {
      const read = (text: string) => echoTokens(this.#connection, model, text, 0, signal);
      const before = prompt === "" ? [] : await read(prompt);
      const candidates: RankedCandidate[] = [];
      for (let i = 0; i < params.candidates.length; i += SIDE_BY_SIDE) {
        const texts = params.candidates.slice(i, i + SIDE_BY_SIDE);
        const whole = await Promise.all(texts.map((candidate) => read(prompt + candidate)));
        candidates.push(...whole.map((tokens) => difference(tokens, before)));
      }
      return { candidates, promptTokens: before.length, reusedTokens: 0, device: "remote" };
    });
  }

  async tokenize({ text }: TokenizeParams, signal: AbortSignal = NEVER): Promise<TokenizeResult> {
    if (text === "") return { ids: [], pieces: [], byteLengths: [] };
    const { tokenizer, model, echo } = this.#offers;
    if (tokenizer) return readTokens(this.#connection, tokenizer, model, text, signal);
    const { host } = this.#connection.endpoint;
    if (!echo) {
      throw new LocalghostError(
        "invalidRequest",
        l10n.t(
          "{0} does not tell how a text becomes tokens: this needs a server that does, such as vLLM or llama-server.",
          host,
        ),
      );
    }
    const pieces = (await echoTokens(this.#connection, model, text, 0, signal)).map((token) => token.text);
    if (pieces.join("") !== text) {
      throw new LocalghostError(
        "invalidRequest",
        l10n.t(
          "{0} tells parts of characters in a way that cannot be read: this text cannot be cut into tokens.",
          host,
        ),
      );
    }
    return {
      ids: pieces.map((piece) => this.#numbers.numberOf(piece)),
      pieces,
      byteLengths: pieces.map((piece) => Buffer.byteLength(piece)),
    };
  }

  /** Ends as soon as no text goes on with the space. */
  async #textsAfterSpace(
    prompt: string,
    params: Request,
    signal: AbortSignal,
    onToken: (progress: GenerateProgress) => void,
  ): Promise<RemoteText[]> {
    const growing = Array.from({ length: params.alternatives ?? 1 }, () => new AfterSpace());
    const inVain = new AbortController();
    try {
      const texts = await this.#texts(prompt, params, AbortSignal.any([signal, inVain.signal]), (progress) => {
        const token = growing[progress.alternative ?? 0]?.next(progress);
        if (token) onToken(token);
        if (growing.every(({ hasFailed }) => hasFailed)) inVain.abort();
      });
      return texts.map(afterSpace);
    } catch (thrown) {
      if (signal.aborted || !inVain.signal.aborted || !isCancelled(thrown)) throw thrown;
      return [NOTHING];
    }
  }

  async #texts(
    prompt: string,
    params: Request,
    signal: AbortSignal,
    onToken: (progress: GenerateProgress) => void,
  ): Promise<RemoteText[]> {
    const { sampling = {}, alternatives: count = 1, maxTokens } = params;
    const write = (own: Request, text: string, alternative: number) =>
      this.#write(text, own, signal, (progress) => onToken(count > 1 ? { ...progress, alternative } : progress));
    if (count === 1) return [await write(params, prompt, 0)];
    if ((sampling.temperature ?? 0) > 0) {
      const seeds = Array.from({ length: count }, (_, i) =>
        sampling.seed === undefined ? sampling : { ...sampling, seed: sampling.seed + i },
      );
      return Promise.all(seeds.map((own, i) => write({ ...params, sampling: own }, prompt, i)));
    }
    // Which first tokens there are is what the probabilities tell; without them the likeliest text is the only one.
    if (!this.#offers.logprobs) return [await write(params, prompt, 0)];
    const first = await this.#write(prompt, { ...params, maxTokens: 1, logprobs: count }, signal, () => undefined);
    const [token] = first.tokens;
    const choices = (token?.top ?? []).filter(({ text }) => !text.includes("\uFFFD")).slice(0, count);
    if (choices.length < 2 || maxTokens === 1) return [await write(params, prompt, 0)];
    return Promise.all(
      choices.map(async (choice, i) => {
        const begin = { ...choice, ...(params.logprobs ? { rank: i + 1, top: choices } : {}) };
        return this.#goOn(begin, prompt, params, signal, (progress) => onToken({ ...progress, alternative: i }));
      }),
    );
  }

  /** A text that begins with a token. */
  async #goOn(
    begin: RemoteText["tokens"][number],
    prompt: string,
    params: Request,
    signal: AbortSignal,
    onToken: (progress: GenerateProgress) => void,
  ): Promise<RemoteText> {
    const { stop = [], maxTokens } = params;
    const cut = Math.min(...stop.map((word) => begin.text.indexOf(word)).filter((at) => at !== -1));
    const isOver = Number.isFinite(cut);
    const text = isOver ? begin.text.slice(0, cut) : begin.text;
    onToken({ token: begin, text });
    if (isOver) return { ...NOTHING, text, tokens: [begin] };
    const rest = await this.#write(prompt + begin.text, { ...params, maxTokens: maxTokens - 1 }, signal, onToken);
    return { ...rest, text: text + rest.text, tokens: [begin, ...rest.tokens] };
  }

  #write(
    prompt: string,
    params: Request,
    signal: AbortSignal,
    onToken: (progress: GenerateProgress) => void,
  ): Promise<RemoteText> {
    const body = completionBody(this.#offers, prompt, params);
    return writeText(
      this.#connection,
      body,
      { numbers: this.#numbers, logprobs: params.logprobs ?? 0 },
      signal,
      onToken,
    );
  }

  #refuse({ suffix, ignoreEndOfText }: Request): void {
    const { host } = this.#connection.endpoint;
    if (suffix !== undefined) {
      throw new LocalghostError(
        "invalidRequest",
        l10n.t("{0} cannot be asked for what stands between two texts.", host),
      );
    }
    if (ignoreEndOfText) {
      throw new LocalghostError(
        "invalidRequest",
        l10n.t("{0} cannot be asked to go on after the end of a text.", host),
      );
    }
  }

  #needEcho(): void {
    if (this.#offers.echo) return;
    throw new LocalghostError(
      "invalidRequest",
      l10n.t(
        "{0} does not tell how likely a given text is (echo with logprobs): this needs a server that does, such as vLLM.",
        this.#connection.endpoint.host,
      ),
    );
  }
}

const NO_TIME = { loadMs: 0, prefillMs: 0, decodeMsPerToken: 0 };
const NOTHING: RemoteText = { text: "", tokens: [], finishReason: "stop", usage: undefined, timings: NO_TIME };

function difference(tokens: readonly EchoedToken[], before: readonly EchoedToken[]): RankedCandidate {
  return { logprob: sum(tokens) - sum(before), tokens: Math.max(1, tokens.length - before.length) };
}

type EchoedToken = Awaited<ReturnType<typeof echoTokens>>[number];

function sum(tokens: readonly EchoedToken[]): number {
  return tokens.reduce((total, { logprob = 0 }) => total + logprob, 0);
}

/** The first text, and with several all that differ, likeliest first. */
function toAnswer(texts: readonly RemoteText[], count: number): GenerateAnswer {
  const different = texts.filter(({ text }, i) => texts.findIndex((other) => other.text === text) === i);
  const alternatives = different
    .map(({ text, tokens, finishReason }): Alternative => ({ text, tokens, finishReason, logprob: mean(tokens) }))
    .sort((a, b) => b.logprob - a.logprob);
  const [first] = count > 1 ? alternatives : texts;
  const [{ usage, timings } = { usage: undefined, timings: NO_TIME }] = texts;
  return {
    ...{ text: first?.text ?? "", tokens: first?.tokens ?? [], finishReason: first?.finishReason ?? "stop" },
    ...{ promptTokens: usage?.promptTokens ?? 0, reusedTokens: usage?.reusedTokens ?? 0 },
    ...{ draftedTokens: 0, acceptedTokens: 0, device: "remote", timings },
    ...(count > 1 && { alternatives }),
  };
}

function mean(tokens: RemoteText["tokens"]): number {
  return tokens.length === 0 ? 0 : tokens.reduce((total, { logprob }) => total + logprob, 0) / tokens.length;
}
