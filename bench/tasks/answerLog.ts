import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/** What a model answered, as much of it as is judged. */
export interface Answered {
  readonly text: string;
  /** Examples that the prompt had room for. */
  readonly shots: number;
  readonly seconds: number;
  readonly meanTokenProbability: number;
  /** Share of the probability of all candidates; absent for a text that was generated. */
  readonly share?: number;
  /** Its words stand in the input. */
  readonly found: boolean;
}

/** Answers in a file, so that a run that was interrupted goes on where it was. */
export class AnswerLog {
  readonly #file: string;
  readonly #answers = new Map<string, Answered>();

  /** @param resume keeps what an earlier run left in the file; else it begins empty */
  constructor(file: string, resume: boolean) {
    this.#file = file;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (!resume) fs.rmSync(file, { force: true });
    if (!fs.existsSync(file)) return;
    // A line that was being written when the run ended has no line break, and is asked for again.
    const complete = fs.readFileSync(file, "utf8").split("\n").slice(0, -1);
    for (const line of complete) {
      const { key, answered } = JSON.parse(line) as { key: string; answered: Answered };
      this.#answers.set(key, answered);
    }
    fs.writeFileSync(file, complete.map((line) => `${line}\n`).join(""));
  }

  /** The answer to a question, asked once. `question` names all that the answer depends on. */
  async answer(question: unknown, ask: () => Promise<Answered>): Promise<Answered> {
    const key = createHash("sha256").update(JSON.stringify(question)).digest("base64url");
    const known = this.#answers.get(key);
    if (known) return known;
    const answered = await ask();
    fs.appendFileSync(this.#file, `${JSON.stringify({ key, answered })}\n`);
    this.#answers.set(key, answered);
    return answered;
  }
}
