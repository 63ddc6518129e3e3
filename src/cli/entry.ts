/**
 * Where the program begins. The other commands need ONNX Runtime as soon as they are loaded; the doctor says why it
 * cannot be, and so loads nothing that does.
 */
import { doctor, doctorHelp } from "./commands/doctor.ts";
import { runCommand } from "./runCommand.ts";

// A reader that closes early, such as `head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

const [name, ...args] = process.argv.slice(2);
if (name === "doctor") {
  const wantsHelp = args.includes("--help") || args.includes("-h");
  process.exitCode = await runCommand(() => (wantsHelp ? process.stdout.write(`${doctorHelp}\n`) : doctor(args)));
} else {
  try {
    await import("./main.ts");
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    process.stderr.write(
      `localghost: The program cannot be loaded (${reason}): "localghost doctor" says what to do.\n`,
    );
    process.exitCode = 1;
  }
}
