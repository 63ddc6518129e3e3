import * as fs from "node:fs";
import { Engine } from "../../engine/engine.ts";
import { BUILTIN_TEMPLATES } from "../../prompts/builtin/index.ts";
import { MODES, type TaskExample, type TaskTemplate } from "../../prompts/template.ts";
import { runTask } from "../../tasks/runTask.ts";
import type { TaskProgress, TaskRequest, TaskResult } from "../../tasks/task.ts";
import {
  modelOptions,
  modelSpec,
  oneOf,
  optionalCount,
  optionalNumber,
  parseOptions,
  UsageError,
} from "../arguments.ts";
import { readStandardInput } from "../standardInput.ts";
import { engineTaskModel } from "../taskModel.ts";
import { findTask, folderTasks, readExamples, readTemplate } from "../tasks.ts";

export const runHelp = `localghost run TASK [options]   Do a task on the text on standard input.
  TASK                     ${BUILTIN_TEMPLATES.map(({ id }) => (id === "answer" ? "ask" : id)).join(", ")},
                           or a template of ./.localghost/prompts
      --list               print the tasks instead
      --template FILE      a task of your own, in place of TASK
  -m, --model M, --dtype D, --device D, --threads N   as for complete
      --to LANG            translate: the target language
      --from LANG          translate: the language of the text (English)
      --question Q         ask: the question
      --value NAME=TEXT    any other parameter of a template; may be given several times
      --shots N            how many examples the prompt has
      --shots FILE, --examples FILE   your own examples, a JSON list or JSON lines of {input, output, values}
      --mode M             generate, or rank: choose the answer from the text
      --seed S             another seed gives another text
      --alternatives N     offer N texts
      --json               print {text, confidence, prompt, shots, dropped, candidates, found, parts, …}`;

const options = {
  ...modelOptions,
  list: { type: "boolean", default: false },
  template: { type: "string" },
  to: { type: "string" },
  from: { type: "string" },
  question: { type: "string" },
  value: { type: "string", multiple: true },
  shots: { type: "string" },
  examples: { type: "string" },
  mode: { type: "string" },
  seed: { type: "string" },
  alternatives: { type: "string" },
} as const;

/** Prints the answer as it is written, or a JSON object at the end; what there is to say about it goes to stderr. */
export async function run(args: string[]): Promise<void> {
  const [first = ""] = args;
  const name = first.startsWith("-") || first === "" ? undefined : first;
  const values = parseOptions(name === undefined ? args : args.slice(1), options);
  if (values.list) {
    printTasks(values.json);
    return;
  }
  const template = chooseTemplate(name, values.template);
  const given = parameterValues(template, values);
  const { shots, examples } = chooseExamples(template, values, given);
  const mode = values.mode === undefined ? undefined : oneOf("--mode", values.mode, MODES);
  if (mode === "rank" && template.extract === undefined) {
    throw new UsageError(`"${template.title}" cannot choose its answer from the text: leave out --mode rank`);
  }
  const seed = optionalNumber("--seed", values.seed);
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    throw new UsageError(`--seed must be a whole number, not ${seed}`);
  }
  const alternatives = optionalCount("--alternatives", values.alternatives, 1) ?? 1;
  const model = modelSpec(values);
  const engine = new Engine({ threads: optionalCount("--threads", values.threads, 0) });
  const request: TaskRequest = {
    template,
    input: inputFor(template, await readStandardInput()),
    values: given,
    examples,
    alternatives,
    ...(shots === undefined ? {} : { shots }),
    ...(mode === undefined ? {} : { mode }),
    ...(seed === undefined ? {} : { seed }),
  };

  const { signal } = new AbortController();
  const isPlain = !values.json;
  const report = isPlain ? reporter(alternatives) : () => undefined;
  const result = await runTask(await engineTaskModel(engine, model, signal), request, signal, report);
  if (!isPlain) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else {
    process.stdout.write(alternatives > 1 ? severalTexts(result) : "\n");
    for (const note of notesOn(result)) process.stderr.write(`${note}\n`);
  }
}

function chooseTemplate(name: string | undefined, file: string | undefined): TaskTemplate {
  if (name !== undefined && file !== undefined) throw new UsageError("name a task or --template, not both");
  if (file !== undefined) return readTemplate(file);
  if (name === undefined) throw new UsageError('"run" needs a task: see localghost run --list');
  const template = findTask(name);
  if (template) return template;
  throw new UsageError(`there is no task "${name}": see localghost run --list`);
}

type Values = ReturnType<typeof parseOptions<typeof options>>;

/** What `--to`, `--from`, `--question` and `--value` give, each of which the template must have. */
function parameterValues(template: TaskTemplate, { to, from, question, value = [] }: Values): Record<string, string> {
  const given: Record<string, string> = {};
  const add = (name: string, text: string, option: string): void => {
    if (!template.parameters.some((parameter) => parameter.name === name)) {
      throw new UsageError(`"${template.title}" has no parameter "${name}": leave out ${option}`);
    }
    given[name] = text;
  };
  for (const [name, text] of Object.entries({ to, from, question })) {
    if (text !== undefined) add(name, text, `--${name}`);
  }
  for (const pair of value) {
    const equals = pair.indexOf("=");
    if (equals < 1) throw new UsageError(`--value needs NAME=TEXT, not "${pair}"`);
    add(pair.slice(0, equals), pair.slice(equals + 1), `--value ${pair.slice(0, equals)}`);
  }
  for (const { name, title, default: preset } of template.parameters) {
    if (given[name] !== undefined || preset !== undefined) continue;
    const option = name === "to" || name === "from" || name === "question" ? `--${name}` : `--value ${name}=…`;
    throw new UsageError(`"${template.title}" needs ${option} (${title})`);
  }
  return given;
}

function chooseExamples(
  template: TaskTemplate,
  { shots, examples: file }: Values,
  given: Readonly<Record<string, string>>,
): { shots: number | undefined; examples: TaskExample[] } {
  const isFile = shots !== undefined && Number.isNaN(Number(shots)) && fs.existsSync(shots);
  if (isFile && file !== undefined) throw new UsageError("name one file, with --shots or with --examples");
  if (!isFile && Number.isNaN(Number(shots ?? 0))) {
    throw new UsageError(`--shots needs a number or a file, not "${shots}"`);
  }
  const chosen = isFile ? shots : file;
  const examples = chosen === undefined ? [] : readExamples(chosen, template, given);
  if (!isFile) return { shots: optionalCount("--shots", shots, 0), examples };
  return { shots: examples.length, examples };
}

/** The line break at the end of a text is the file's, unless the text is to go on after it. */
function inputFor({ scope }: TaskTemplate, text: string): string {
  return scope === "beforeCursor" ? text : text.trimEnd();
}

function reporter(alternatives: number): (progress: TaskProgress) => void {
  return (progress) => {
    if (progress.kind === "part") {
      process.stderr.write(`part ${progress.index + 1} of ${progress.count}: ${progress.text}\n`);
    } else if (alternatives === 1) process.stdout.write(progress.text);
  };
}

/** The texts, each under its number and how likely its tokens are on average. */
function severalTexts({ alternatives }: TaskResult): string {
  return alternatives
    .map(({ text, confidence }, i) => `--- ${i + 1} (${confidence.meanTokenProbability.toFixed(3)} a token)\n${text}\n`)
    .join("");
}

/** What a person should know about a result: what was left out of its prompt. */
function notesOn({ dropped: { examples, turns, characters } }: TaskResult): string[] {
  return [
    ...(examples > 0 ? [`left out ${counted(examples, "example")}: the context is full`] : []),
    ...(turns > 0 ? [`left out ${counted(turns, "earlier question")}: the context is full`] : []),
    ...(characters > 0 ? [`left out ${counted(characters, "character")} of the text: it is too long`] : []),
  ];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function printTasks(asJson: boolean): void {
  const own = folderTasks();
  const templates = [...BUILTIN_TEMPLATES, ...own.flatMap((task) => ("template" in task ? [task.template] : []))];
  for (const task of own) if ("error" in task) process.stderr.write(`localghost: ${task.error.message}\n`);
  if (asJson) {
    process.stdout.write(`${JSON.stringify(templates.map(described), null, 2)}\n`);
    return;
  }
  const width = Math.max(...templates.map(({ id }) => id.length));
  for (const { id, title, description } of templates) {
    process.stdout.write(`${id.padEnd(width)}  ${description ?? title}\n`);
  }
}

function described({ id, title, description, parameters, examples, shots, mode, extract }: TaskTemplate): object {
  const modes = extract === undefined ? ["generate"] : MODES;
  return { id, title, description, parameters, examples: examples.length, shots, mode, modes };
}
