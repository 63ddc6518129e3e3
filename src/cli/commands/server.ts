import { once } from "node:events";
import * as path from "node:path";
import { runDeviceTrial } from "../../engine/deviceTrial.ts";
import { Engine } from "../../engine/engine.ts";
import { configOf } from "../../models/installed.ts";
import { isToken, LEAST_TOKEN_LENGTH, newToken } from "../../server/access.ts";
import type { ServedModel } from "../../server/backend.ts";
import { LOOPBACK_HOSTS, startLocalServer } from "../../server/localServer.ts";
import { toLocalghostError } from "../../shared/errors.ts";
import { modelOptions, modelSpec, oneOf, optionalCount, parseOptions, UsageError } from "../arguments.ts";

/** Where the server listens unless told otherwise. */
const PORT = 8642;
/** A token in the environment, unlike one on the command line, is not shown to every user of the machine. */
const TOKEN_VARIABLE = "LOCALGHOST_SERVER_TOKEN";

export const serverHelp = `localghost server [options]     OpenAI's completions API on this machine, until it is interrupted.
  -m, --model M            may be given several times: the models that can be asked for (localghost-nano)
      --port N             0 takes any that is free (${PORT})
      --host H             127.0.0.1 or ::1 (127.0.0.1)
      --token T            what each request must bring; better in the variable ${TOKEN_VARIABLE},
                           which is not listed with the processes. Without either one is made and printed
      --origin O           may be given several times: pages in a browser that may ask, such as http://localhost:3000
      --dtype D, --device D, --threads N   as for complete`;

const { dtype, device, threads } = modelOptions;
const options = {
  ...{ dtype, device, threads },
  model: { type: "string", short: "m", multiple: true },
  port: { type: "string" },
  host: { type: "string", default: "127.0.0.1" },
  token: { type: "string" },
  origin: { type: "string", multiple: true },
} as const;

/** Serves until SIGINT or SIGTERM, and prints where, the token if it was made here, and a line for each answer on stderr. */
export async function server(args: string[]): Promise<void> {
  const values = parseOptions(args, options);
  const models = (values.model ?? [modelOptions.model.default]).map((name) => servedModel(name, values));
  const port = optionalCount("--port", values.port, 0) ?? PORT;
  if (port > 65_535) throw new UsageError(`--port must be at most 65535, not ${port}`);
  const host = oneOf("--host", values.host, LOOPBACK_HOSTS);
  const origins = (values.origin ?? []).map(checkOrigin);
  const given = values.token ?? process.env[TOKEN_VARIABLE];
  if (given !== undefined && !isToken(given)) {
    throw new UsageError(`the token must have at least ${LEAST_TOKEN_LENGTH} letters, digits or any of -._~+/`);
  }
  const token = given ?? newToken();
  const engine = new Engine({
    threads: optionalCount("--threads", values.threads, 0),
    tryDevices: (trial) => runDeviceTrial(process.argv[1] ?? "", trial),
  });
  const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  // The first one now: what is wrong with it is said before anybody asks.
  if (models[0]) await engine.load(models[0].spec, new AbortController().signal);
  const { url, close } = await startLocalServer({
    ...{ backend: { models: () => models, engine }, token, host, port, origins },
    onAnswer: ({ route, status, ms, error }) => {
      const why = status >= 500 ? `: ${toLocalghostError(error).message}` : "";
      process.stderr.write(`${route} ${status} ${Math.round(ms)} ms${why}\n`);
    },
  });
  process.stdout.write(`${models.map(({ id }) => id).join(", ")} at ${url}/v1\n`);
  if (given === undefined) process.stdout.write(`token: ${token}\n`);
  await interrupted;
  await close();
  await engine.dispose();
}

/** A model by the name that was given for it, or that of its folder. */
function servedModel(name: string, values: { dtype: string; device: string }): ServedModel {
  const spec = modelSpec({ ...values, model: name });
  const id = /^[\w.-]+(\/[\w.-]+)?$/.test(name) ? name : path.basename(spec.folder);
  return { id, spec, contextLength: configOf(spec.folder)?.contextLength };
}

function checkOrigin(text: string): string {
  if (URL.parse(text)?.origin === text) return text;
  throw new UsageError(`--origin needs one such as http://localhost:3000, not "${text}"`);
}
