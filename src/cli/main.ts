/** The command line: the same engine as the extension's, without VS Code. */
import { VERSION } from "../shared/version.ts";
import { DEVICE_TRIAL_COMMAND } from "../engine/deviceTrial.ts";
import { UsageError } from "./arguments.ts";
import { complete, completeHelp } from "./commands/complete.ts";
import { devices, devicesHelp } from "./commands/devices.ts";
import { doctor, doctorHelp } from "./commands/doctor.ts";
import { evalCommand, evalHelp } from "./commands/eval.ts";
import { models, modelsHelp } from "./commands/models.ts";
import { run, runHelp } from "./commands/run.ts";
import { scoreHelp, scoreText } from "./commands/score.ts";
import { server, serverHelp } from "./commands/server.ts";
import { tokenize, tokenizeHelp } from "./commands/tokenize.ts";
import { runCommand } from "./runCommand.ts";

const serveHelp = `localghost serve                The engine itself: JSON-RPC on standard input and output.`;

const commands: Readonly<Record<string, { run: (args: string[]) => unknown; help: string }>> = {
  complete: { run: complete, help: completeHelp },
  score: { run: scoreText, help: scoreHelp },
  tokenize: { run: tokenize, help: tokenizeHelp },
  models: { run: models, help: modelsHelp },
  devices: { run: devices, help: devicesHelp },
  run: { run, help: runHelp },
  eval: { run: evalCommand, help: evalHelp },
  doctor: { run: doctor, help: doctorHelp },
  server: { run: server, help: serverHelp },
  serve: { run: () => import("../engine/main.ts"), help: serveHelp },
};

/** Runs a command line and returns its exit code, as {@link runCommand} does. */
async function main([name = "--help", ...args]: string[]): Promise<number> {
  if (name === "--help" || name === "-h") {
    const helps = Object.values(commands).map(({ help }) => help);
    process.stdout.write(`Localghost ${VERSION}: GPT-2 on this machine.\n\n${helps.join("\n\n")}\n`);
    return 0;
  }
  if (name === "--version") {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  // The engine of `serve` and of `server` starts this script again to time devices.
  if (name === DEVICE_TRIAL_COMMAND) {
    await import("../engine/main.ts");
    return 0;
  }
  return runCommand(async () => {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new UsageError(`there is no command "${name}": use ${Object.keys(commands).join(", ")}`);
    if (args.includes("--help") || args.includes("-h")) process.stdout.write(`${command.help}\n`);
    else await command.run(args);
  });
}

process.exitCode = await main(process.argv.slice(2));
