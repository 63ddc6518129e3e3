import * as os from "node:os";
import * as l10n from "@vscode/l10n";
import { VERSION } from "../shared/version.ts";
import type { CheckName, Diagnosis, Facts, Level } from "./diagnosis.ts";
import { withoutFolders, type PrivateWords } from "./redact.ts";

export interface Report {
  readonly version: string;
  /** `VS Code 1.139.1, local`, `command line`. */
  readonly client: string;
  /** The operating system and its release: `linux 6.1`. */
  readonly system: string;
  readonly diagnoses: readonly Diagnosis[];
}

export function makeReport(client: string, diagnoses: readonly Diagnosis[]): Report {
  return { version: VERSION, client, system: `${os.platform()} ${os.release()}`, diagnoses };
}

export function countLevel({ diagnoses }: Report, level: Level): number {
  return diagnoses.filter((diagnosis) => diagnosis.level === level).length;
}

/** How many problems and warnings there are, in one sentence. */
export function summary(report: Report): string {
  const [problems, warnings] = [countLevel(report, "problem"), countLevel(report, "warning")];
  if (problems === 0 && warnings === 0) return l10n.t("All is well.");
  return l10n.t("Problems: {0}. Warnings: {1}.", problems, warnings);
}

/** The report as a person reads it. */
export function toMarkdown(report: Report, { folders }: PrivateWords): string {
  const lines = [
    `# ${l10n.t("Localghost Doctor")}`,
    "",
    l10n.t("Localghost {0}, {1}, {2}", report.version, report.client, report.system),
    "",
    `**${summary(report)}**`,
    "",
    `| ${l10n.t("Check")} | ${l10n.t("State")} | ${l10n.t("What was found")} | ${l10n.t("What to do")} |`,
    "| --- | --- | --- | --- |",
    ...report.diagnoses.map((diagnosis) => row(diagnosis)),
    "",
    `## ${l10n.t("Details")}`,
    ...report.diagnoses.flatMap(({ check, facts }) => ["", `### ${titleOf(check)}`, "", ...details(facts)]),
    "",
    l10n.t("This report holds no paths, names of files or text of yours. Read it before you pass it on."),
    "",
  ];
  // The last guard, should a check ever let a path through.
  return withoutFolders(lines.join("\n"), folders);
}

/** The report for programs. Its words are English: nothing but the command line asks for it. */
export function toJson(report: Report, { folders }: PrivateWords): string {
  return withoutFolders(JSON.stringify(report, null, 2), folders);
}

function row({ check, level, finding, advice }: Diagnosis): string {
  return `| ${[titleOf(check), levelName(level), finding, advice ?? ""].map(inCell).join(" | ")} |`;
}

function inCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
}

function details(facts: Facts): string[] {
  return Object.entries(facts).map(([name, value]) => `- \`${name}\`: ${String(value).replaceAll(/\s+/g, " ")}`);
}

export function titleOf(check: CheckName): string {
  switch (check) {
    case "runtime":
      return l10n.t("Native Library");
    case "storage":
      return l10n.t("Storage");
    case "model":
      return l10n.t("Model Files");
    case "machine":
      return l10n.t("Memory of the Machine");
    case "engine":
      return l10n.t("Engine");
    case "device":
      return l10n.t("Device");
    case "speed":
      return l10n.t("Speed");
    case "settings":
      return l10n.t("Settings");
    case "workspaceMemory":
      return l10n.t("Memory of the Workspace");
  }
}

/** In a word, so that nobody need tell colours apart. */
function levelName(level: Level): string {
  switch (level) {
    case "ok":
      return l10n.t("OK");
    case "warning":
      return l10n.t("Warning");
    case "problem":
      return l10n.t("Problem");
  }
}
