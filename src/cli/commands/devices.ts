import { Engine } from "../../engine/engine.ts";
import { chooseByTimes } from "../../engine/model/deviceMemory.ts";
import { modelOptions, modelSpec, optionalNumber, parseOptions } from "../arguments.ts";
import { devicesCuda, devicesCudaHelp } from "./devicesCuda.ts";

export const devicesHelp = `localghost devices [options]    Time a model on the CPU and on the GPU; "auto" remembers which is faster.
  -m, --model M, --dtype D, --threads N   as for complete
      --json               print {cpuMs, webgpuMs} or {onlyCpuBecause}

${devicesCudaHelp}`;

const { model, dtype, threads, json } = modelOptions;

/** Prints what `--device auto` takes from now on, and why. */
export async function devices(args: string[]): Promise<void> {
  const [subcommand, ...rest] = args;
  if (subcommand === "cuda") {
    await devicesCuda(rest);
    return;
  }
  const values = parseOptions(args, { model, dtype, threads, json });
  const engine = new Engine({ threads: optionalNumber("--threads", values.threads) });
  const times = await engine.timeDevices(modelSpec({ ...values, device: "auto" }));
  if (values.json) {
    process.stdout.write(`${JSON.stringify(times)}\n`);
    return;
  }
  const { device, reason } = chooseByTimes(times);
  process.stdout.write(`${device}: ${reason}\n`);
}
