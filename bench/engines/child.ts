/** The process of one engine: loads it, then answers one call after the other. Usage: child.ts SPEC, with an IPC channel. */
import { loadLlamaCpp } from "../peers/llamaCpp.ts";
import { loadTransformersJs } from "../peers/transformersJs.ts";
import type { BenchEngine, EngineSpec } from "./benchEngine.ts";
import type { Call, Reply } from "./engineProcess.ts";
import { loadLocalghost } from "./localghost.ts";
import { processMemory } from "./processMemory.ts";

/** Imports an engine's library and returns the function that loads the model; only that one is timed. */
async function importEngine(spec: EngineSpec): Promise<() => Promise<BenchEngine>> {
  switch (spec.engine) {
    case "Localghost":
      return () => loadLocalghost(spec);
    case "transformers.js":
      return loadTransformersJs(spec);
    case "llama.cpp":
      return loadLlamaCpp(spec);
  }
}

const send = (reply: Reply): void => void process.send?.(reply);

async function answer(engine: BenchEngine, call: Call): Promise<Reply> {
  switch (call.kind) {
    case "generate":
      return { kind: "generation", ...(await engine.generate(call.prompt, call.count)) };
    case "logprobs":
      return { kind: "logprobs", logprobs: await engine.logprobs(call.prompt) };
    case "score":
      if (!engine.score) return { kind: "failed", message: "this engine does not score" };
      return { kind: "score", nats: await engine.score(call.texts) };
    case "memory":
      return { kind: "memory", ...processMemory(process.pid) };
    case "processor": {
      const { user, system } = process.cpuUsage();
      return { kind: "processor", milliseconds: (user + system) / 1000 };
    }
  }
}

const load = await importEngine(JSON.parse(process.argv[2] ?? "{}") as EngineSpec);
const start = performance.now();
const engine = await load();
send({ kind: "loaded", loadMs: performance.now() - start });
process.on("message", (call: Call) => {
  answer(engine, call).then(send, (error: unknown) => {
    send({ kind: "failed", message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});
// Native threads of a peer may keep a process alive that has nothing to do any more.
process.on("disconnect", () => process.exit(0));
