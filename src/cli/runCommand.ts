import { toLocalghostError } from "../shared/errors.ts";
import { UsageError } from "./arguments.ts";

/** Runs a command and returns the exit code: 0, 1 for a failure, 2 for wrong usage. Errors are one line on stderr. */
export async function runCommand(command: () => unknown): Promise<number> {
  try {
    await command();
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`localghost: ${oneLine(error.message)} (see localghost --help)\n`);
      return 2;
    }
    process.stderr.write(`localghost: ${oneLine(toLocalghostError(error).message)}\n`);
    return 1;
  }
}

function oneLine(message: string): string {
  return message.trim().replace(/\s*\n\s*/g, " ");
}
