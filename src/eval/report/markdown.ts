import type { Figure } from "../evalTask.ts";
import { PAPER_RESULTS, PAPER_SIZES } from "../paperResults.ts";
import type { EvalResult } from "./evalResult.ts";

const HEAD = ["task", "model", "figures (95% interval)", `paper, ${PAPER_SIZES.join(" / ")}`, "records", "command"];

/** A table of results, a row each. */
export function markdownTable(results: readonly EvalResult[]): string {
  const rows = [HEAD, HEAD.map(() => "---"), ...results.map(cells)];
  return rows.map((row) => `| ${row.join(" | ")} |\n`).join("");
}

export function markdownRow(result: EvalResult): string {
  return `| ${cells(result).join(" | ")} |\n`;
}

function cells({ title, model, figures, data, command }: EvalResult): string[] {
  const set = data.path.split(/[\\/]/).at(-1) ?? "";
  const { measured, records, skipped } = data;
  const papers = figures.map(describePaper);
  return [
    `${title}: ${set}`,
    model ? `${model.name} \`${model.sha256.slice(0, 8)}\`, ${model.dtype}, ${model.device}` : "none",
    figures.map((figure) => describeFigure(figure, data.measured)).join("<br>"),
    papers.some((cell) => cell !== "") ? papers.join("<br>") : "",
    `${measured} of ${records}${skipped > 0 ? `, ${skipped} skipped` : ""}`,
    `\`${command.replaceAll("|", "\\|")}\``,
  ];
}

/** One record tells nothing of how much the figure depends on which are drawn. */
function describeFigure({ name, value, low, high }: Figure, records: number): string {
  if (records < 2) return `${name}: **${formatFigure(value)}**`;
  return `${name}: **${formatFigure(value)}** (${formatFigure(low)} to ${formatFigure(high)})`;
}

function describePaper({ paper }: Figure): string {
  if (paper === undefined) return "";
  const values: readonly (number | undefined)[] = PAPER_RESULTS[paper];
  return values.map((value) => value ?? "–").join(" / ");
}

/** Three or four digits that matter. */
export function formatFigure(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e5) return value.toExponential(2);
  return value.toFixed(size >= 1000 ? 0 : size >= 10 ? 1 : 2);
}
