import { UsageError } from "../arguments.ts";
import { modelsAdd, modelsAddHelp } from "./modelsAdd.ts";
import { modelsInfo, modelsInfoHelp } from "./modelsInfo.ts";
import { modelsList, modelsListHelp } from "./modelsList.ts";
import { modelsMove, modelsMoveHelp } from "./modelsMove.ts";
import { modelsPack, modelsPackHelp } from "./modelsPack.ts";
import { modelsRemove, modelsRemoveHelp } from "./modelsRemove.ts";
import { modelsSearch, modelsSearchHelp } from "./modelsSearch.ts";
import { modelsVerify, modelsVerifyHelp } from "./modelsVerify.ts";

const subcommands: Readonly<Record<string, (args: string[]) => unknown>> = {
  list: modelsList,
  search: modelsSearch,
  add: modelsAdd,
  info: modelsInfo,
  verify: modelsVerify,
  pack: modelsPack,
  remove: modelsRemove,
  move: modelsMove,
};

export const modelsHelp = `${[
  modelsListHelp,
  modelsSearchHelp,
  modelsAddHelp,
  modelsInfoHelp,
  modelsVerifyHelp,
  modelsPackHelp,
  modelsRemoveHelp,
  modelsMoveHelp,
].join("\n")}
    All take --json, and --folder DIR for another models folder than LOCALGHOST_MODELS or the system's own.`;

/** `models COMMAND …` */
export async function models(args: string[]): Promise<void> {
  const [name = "", ...rest] = args;
  const run = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (!run) throw new UsageError(`"models" needs a subcommand: ${Object.keys(subcommands).join(", ")}`);
  await run(rest);
}
