import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { LocalghostError } from "../../shared/errors.ts";

/** What was made of a record. */
export interface Logged {
  /** The record's place in its set. */
  readonly index: number;
  readonly outcome: unknown;
  readonly seconds: number;
}

/** Outcomes in a file that only grows, so that a run that was killed goes on where it was. */
export class RecordLog {
  readonly #file: string;
  readonly #known = new Map<number, Logged>();

  /**
   * @param config all that outcomes depend on: the log of another run is not gone on with
   * @param resume keeps what an earlier run left; else the file begins empty
   * @throws LocalghostError `invalidRequest` where the file is of another run
   */
  constructor(file: string, config: unknown, resume: boolean) {
    this.#file = file;
    const head = `${JSON.stringify({ config: createHash("sha256").update(JSON.stringify(config)).digest("hex"), of: config })}\n`;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const found = resume && fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
    // A line that was being written when the run ended has no line break, and is measured again.
    const [first, ...lines] = found.split("\n").slice(0, -1);
    if (first !== undefined && `${first}\n` !== head) {
      throw new LocalghostError(
        "invalidRequest",
        `The records in ${file} are of another model, data set or option: leave out --resume to begin anew, or name another --out.`,
      );
    }
    for (const line of lines) {
      const logged = JSON.parse(line) as Logged;
      this.#known.set(logged.index, logged);
    }
    fs.writeFileSync(file, head + lines.map((line) => `${line}\n`).join(""));
  }

  get(index: number): Logged | undefined {
    return this.#known.get(index);
  }

  add(logged: Logged): void {
    fs.appendFileSync(this.#file, `${JSON.stringify(logged)}\n`);
    this.#known.set(logged.index, logged);
  }
}
