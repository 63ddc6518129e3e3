import * as l10n from "@vscode/l10n";
import { html, svg, type TemplateResult } from "lit";
import { latest, seldom } from "../latest.ts";
import { measure } from "../tokens/metrics.ts";
import type { PlacedToken } from "../tokens/placeTokens.ts";
import { visible } from "../tokens/visible.ts";
import { surpriseChart, tokenUnder } from "./surpriseChart.ts";

/** Of the drawing; it is stretched to the width of the page. */
const WIDTH = 600;
const HEIGHT = 80;

/** While the model writes the chart follows some times a second. */
const GROWING_MS = 300;

const draw = (text: string, placed: readonly PlacedToken[]) => ({
  placed,
  chart: surpriseChart(placed, WIDTH, HEIGHT),
  all: measure(text, placed),
});
const drawLatest = latest(draw);
const drawSeldom = seldom(draw, GROWING_MS);

/** How surprising the text was, along its tokens and in sum. */
export function surpriseView(
  text: string,
  tokens: readonly PlacedToken[],
  shown: number | undefined,
  isGrowing: boolean,
  onPoint: (index: number) => void,
): TemplateResult {
  const { placed, chart, all } = isGrowing ? drawSeldom(text, tokens) : drawLatest(text, tokens);
  if (!chart || !all) return html`<p class="hint">${l10n.t("Generate or score a text to see its surprise.")}</p>`;
  const peak = visible(placed[chart.peak]?.token.text ?? "");
  const label = l10n.t(
    "Surprise of {0} tokens: {1} bits on average, most at “{2}”",
    all.scored,
    chart.mean.toFixed(1),
    peak,
  );
  const step = WIDTH / placed.length;
  return html`<div class="chart">
      <span class="scale" aria-hidden="true">${l10n.t("{0} bits", chart.most)}</span>
      <svg
        viewBox="0 0 ${WIDTH} ${HEIGHT}"
        preserveAspectRatio="none"
        role="img"
        aria-label=${label}
        @click=${(event: MouseEvent) => {
          const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
          onPoint(tokenUnder(placed.length, (event.clientX - left) / width));
        }}
      >
        ${shown === undefined ? "" : svg`<rect class="shown" x=${shown * step} width=${Math.max(2, step)} height=${HEIGHT}></rect>`}
        ${svg`<path class="bars" d=${chart.bars}></path>`}
        ${svg`<line class="mean" x1="0" x2=${WIDTH} y1=${meanLine(chart.mean, chart.most)} y2=${meanLine(chart.mean, chart.most)}></line>`}
      </svg>
    </div>
    <dl class="metrics">
      ${metric(l10n.t("Perplexity"), all.perplexity.toFixed(1), l10n.t("Of so many equally likely tokens the model had to choose, on average"))}
      ${metric(l10n.t("Bits per byte"), all.bitsPerByte.toFixed(2), l10n.t("Bits of surprise for each byte of the text"))}
      ${metric(l10n.t("Mean surprise"), l10n.t("{0} bits", chart.mean.toFixed(1)), l10n.t("For each token; the dashed line"))}
      ${metric(l10n.t("Scored tokens"), String(all.scored), l10n.t("Tokens whose probability is known"))}
    </dl>`;
}

function meanLine(mean: number, most: number): number {
  return HEIGHT - (mean / most) * HEIGHT;
}

function metric(name: string, value: string, help: string): TemplateResult {
  return html`<div title=${help}>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}
