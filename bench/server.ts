/**
 * `npm run bench:server`: what HTTP adds to a token. The same texts are asked of one engine directly and, in turn, in
 * parts through the local server; both are drawn, so that no drafts make tokens come together.
 */
import { Engine } from "../src/engine/engine.ts";
import { newToken } from "../src/server/access.ts";
import { startLocalServer } from "../src/server/localServer.ts";
import { resolveModel } from "../src/cli/models.ts";
import { spread } from "./statistics.ts";

const TOKENS = 128;
const ROUNDS = 20;

const model = { folder: resolveModel(process.argv[2] ?? "localghost-nano"), device: "cpu" } as const;
const engine = new Engine();
const token = newToken();
const id = "model";
const server = await startLocalServer({ backend: { models: () => [{ id, spec: model }], engine }, token, port: 0 });

/** Milliseconds a token, from the first to the last. */
type Measure = (seed: number) => Promise<number>;

const direct: Measure = async (seed) => {
  const times: number[] = [];
  await engine.generate(
    {
      ...{ model, prompt: "The", maxTokens: TOKENS, ignoreEndOfText: true, priority: "action" },
      sampling: { temperature: 1, seed },
    },
    new AbortController().signal,
    () => times.push(performance.now()),
  );
  return perToken(times);
};

const served: Measure = async (seed) => {
  const response = await fetch(`${server.url}/v1/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ model: id, prompt: "The", max_tokens: TOKENS, ignore_eos: true, seed, stream: true }),
  });
  const times: number[] = [];
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    const parts = decoder.decode(bytes, { stream: true }).match(/^data: \{.*"finish_reason":null/gm) ?? [];
    times.push(...parts.map(() => performance.now()));
  }
  return perToken(times);
};

function perToken(times: readonly number[]): number {
  return ((times.at(-1) ?? 0) - (times[0] ?? 0)) / (times.length - 1);
}

const [directMs, servedMs]: [number[], number[]] = [[], []];
for (let seed = 0; seed <= ROUNDS; seed++) {
  const pair = [await direct(seed), await served(seed)] as const;
  // The first round loads and warms up.
  if (seed === 0) continue;
  directMs.push(pair[0]);
  servedMs.push(pair[1]);
}
await server.close();
await engine.dispose();
const show = (name: string, values: readonly number[]): void => {
  const { median, min, max } = spread(values);
  console.log(`${name}: ${median.toFixed(3)} ms a token (${min.toFixed(3)} to ${max.toFixed(3)})`);
};
show("direct", directMs);
show("served", servedMs);
show(
  "added",
  servedMs.map((ms, i) => ms - (directMs[i] ?? 0)),
);
