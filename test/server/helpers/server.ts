import type { TestContext } from "node:test";
import OpenAI from "openai";
import { Engine } from "../../../src/engine/engine.ts";
import type { ServerBackend, ServerEngine } from "../../../src/server/backend.ts";
import { type LocalServer, type LocalServerOptions, startLocalServer } from "../../../src/server/localServer.ts";
import type { GenerateParams, ModelSpec } from "../../../src/shared/protocol.ts";
import { nanoFolder } from "../../helpers/fixtures.ts";

export const TOKEN = "a-token-of-the-tests";
export const NANO = "localghost-nano";
export const SPEC: ModelSpec = { folder: nanoFolder, device: "cpu" };

/** One engine for all tests of a file: loading a model takes longer than most of them. */
export const engine = new Engine({ threads: 2 });

/** What became of the generations that the engine was asked for. */
export interface Generation {
  readonly params: GenerateParams;
  tokens: number;
  /** Settles when the engine has done with it: undefined, or what it failed with. */
  readonly ended: Promise<unknown>;
}

export interface TestServer extends LocalServer {
  readonly generations: Generation[];
  readonly client: OpenAI;
  /** A request with the token. */
  readonly fetch: (path: string, init?: { method: string; body?: string }) => Promise<Response>;
}

interface TestOptions extends Partial<LocalServerOptions> {
  /** Served as "owner/again"; the embedded one when absent. */
  readonly second?: ModelSpec;
}

/** The real server on the real engine and the embedded model; it stops when the test ends. */
export async function startServer(
  t: TestContext,
  { second = SPEC, ...options }: TestOptions = {},
): Promise<TestServer> {
  const generations: Generation[] = [];
  const backend: ServerBackend = {
    models: () => [
      { id: NANO, spec: SPEC, contextLength: 512 },
      { id: "owner/again", spec: second },
    ],
    engine: watched(generations),
  };
  const server = await startLocalServer({ backend, token: TOKEN, port: 0, ...options });
  t.after(server.close);
  return {
    ...server,
    generations,
    client: new OpenAI({ baseURL: `${server.url}/v1`, apiKey: TOKEN, maxRetries: 0 }),
    fetch: (path, init) => fetch(`${server.url}${path}`, { ...init, headers: { authorization: `Bearer ${TOKEN}` } }),
  };
}

function watched(generations: Generation[]): ServerEngine {
  return {
    generate: (params, signal, onProgress) => {
      const result = engine.generate(params, signal, (progress) => {
        generation.tokens++;
        onProgress?.(progress);
      });
      const ended = result.then(
        () => undefined,
        (error: unknown) => error,
      );
      const generation: Generation = { params, tokens: 0, ended };
      generations.push(generation);
      return result;
    },
    score: (params, signal) => engine.score(params, signal),
    tokenize: (params) => engine.tokenize(params),
    detokenize: (params) => engine.detokenize(params),
  };
}
