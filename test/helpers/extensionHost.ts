import { descendants } from "../../bench/processes.ts";
import { poll } from "../../scripts/lib/poll.mjs";

/** The process that runs the extensions of a VS Code server's only window, once none of an earlier one is left; Linux only. */
export async function extensionHost(serverPid: number): Promise<number> {
  const hosts = () => descendants(serverPid).filter(({ command }) => command.includes("--type=extensionHost"));
  const [host] = await poll(hosts, ({ length }) => length === 1, "one extension host");
  if (!host) throw new Error("There is no extension host.");
  return host.pid;
}
