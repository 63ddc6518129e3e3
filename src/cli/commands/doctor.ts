import * as path from "node:path";
import { examine } from "../../doctor/examine.ts";
import { privateWords } from "../../doctor/privateWords.ts";
import { countLevel, makeReport, titleOf, toJson, toMarkdown } from "../../doctor/report.ts";
import type { Subject, SubjectEngine } from "../../doctor/subject.ts";
import { defaultModelsFolder, ModelsFolder } from "../../models/modelsFolder.ts";
import { LocalghostError } from "../../shared/errors.ts";
import { modelOptions, modelSpec, optionalCount, parseOptions } from "../arguments.ts";
import { embeddedModelsFolder } from "../models.ts";

export const doctorHelp = `localghost doctor [options]     Check what Localghost needs, and print a report that holds nothing private.
  -m, --model M, --dtype D, --device D, --threads N   as for complete
      --json               print {version, client, system, diagnoses}`;

/** Prints the report as Markdown or JSON; fails where a check has found a problem. */
export async function doctor(args: string[]): Promise<void> {
  const values = parseOptions(args, modelOptions);
  const threads = optionalCount("--threads", values.threads, 0);
  const subject: Subject = {
    client: "command line",
    root: path.dirname(embeddedModelsFolder()),
    environment: process.env,
    spec: () => modelSpec(values),
    embedded: embeddedModelsFolder(),
    models: () => new ModelsFolder(defaultModelsFolder()),
    privateWords: privateWords(
      [process.cwd(), defaultModelsFolder(), values.model].filter((folder) => path.isAbsolute(folder)),
    ),
    isLoaded: () => false,
    engine: () => startEngine(threads),
  };
  const diagnoses = await examine(subject, new AbortController().signal, (check) => {
    if (process.stderr.isTTY) process.stderr.write(`${titleOf(check)}…\n`);
  });
  const report = makeReport(subject.client, diagnoses);
  const { privateWords: words } = subject;
  process.stdout.write(values.json ? `${toJson(report, words)}\n` : toMarkdown(report, words));
  const problems = countLevel(report, "problem");
  if (problems > 0)
    throw new LocalghostError("invalidRequest", `Problems were found: ${problems}. The report says what to do.`);
}

/** Only here, since where ONNX Runtime cannot be loaded this import fails, and the other checks are wanted all the more. */
async function startEngine(threads: number | undefined): Promise<SubjectEngine> {
  const { Engine } = await import("../../engine/engine.ts");
  const engine = new Engine({ threads });
  return {
    load: (spec, signal) => engine.load(spec, signal),
    generate: (params, signal) => engine.generate(params, signal),
  };
}
