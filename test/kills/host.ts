/**
 * Stands for a window: runs an engine as the extension does and says the engine's process id whenever it has answered, and when
 * it has begun to. Arguments: the engine's file, the model's folder, a folder for caches, and `idle` or `writing`.
 */
import { EngineHost } from "./engineHost.ts";

const TOKENS = 200;

const [engineFile = "", folder = "", cacheFolder = "", doing] = process.argv.slice(2);
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const host = new EngineHost(engineFile, { folder, device: "cpu" }, cacheFolder, log);
const say = (): void => void process.stdout.write(`${host.supervisor.pid ?? 0}\n`);
let tokens = 0;
do {
  await host.generate("export function", TOKENS, () => tokens++ === 0 && doing === "writing" && say());
  say();
} while (doing === "writing");
setInterval(quiet, 1000);
