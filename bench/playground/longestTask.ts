/**
 * `node bench/playground/longestTask.ts`: how long the playground's page keeps its main thread busy at a time, in a real
 * VS Code with the embedded model: 1,000 generated tokens, a scored prompt of 1,024 tokens, and the cursor walking along
 * it. Prints the longest task of each in processor time, from a trace, and in time by the clock, as the page's own
 * PerformanceObserver reports it (50 ms and more). On a busy machine the latter counts what others computed meanwhile.
 */
import { contentFrame, openPlayground, type PlaygroundWindow } from "../../scripts/lib/playgroundWindow.mjs";
import { processorTimes, othersShare } from "../quietMachine.ts";

const GENERATED_TOKENS = 1_000;
const SCORED_TOKENS = 1_024;
/** A token each, with the space before it. */
const WORDS = ["the", "and", "for", "not", "with", "that", "from", "this"];
const PATIENCE_MS = 180_000;

/** Runs in the page: notes the tasks of its main thread that the browser calls long, and the time between frames. */
const WATCH = `(() => {
  const watch = (window.watch = { tasks: [], frames: [], last: performance.now() });
  new PerformanceObserver((list) => {
    for (const { duration, startTime, name } of list.getEntries()) watch.tasks.push({ duration, startTime, name });
  }).observe({ type: "longtask" });
  const frame = (now) => {
    watch.frames.push(now - watch.last);
    watch.last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})()`;

interface Watched {
  readonly tasks: readonly { readonly duration: number; readonly startTime: number; readonly name: string }[];
  readonly frames: readonly number[];
}

const window = await openPlayground();
try {
  await contentFrame(window.workbench.page).evaluate(WATCH);
  await measure("generating 1,000 tokens", () => generate(window));
  await measure("scoring a prompt of 1,024 tokens", () => score(window));
  await measure("walking along its tokens", () => walk(window));
} finally {
  await window.close();
}

/** A task of a thread, in a trace of Chromium. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time, in microseconds. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

async function measure(what: string, work: () => Promise<void>): Promise<void> {
  const frame = contentFrame(window.workbench.page);
  await frame.evaluate(
    "(window.watch.tasks.length = 0, window.watch.frames.length = 0, window.watch.last = performance.now())",
  );
  const { workbench } = window;
  const browser = workbench.page.context().browser();
  if (!browser) throw new Error("The page has no browser.");
  const since = processorTimes();
  await browser.startTracing(workbench.page, { categories: ["disabled-by-default-devtools.timeline"] });
  await work();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const { tasks, frames } = await frame.evaluate<Watched>(
    "({ tasks: window.watch.tasks, frames: window.watch.frames })",
  );
  const longest = Math.max(0, ...tasks.filter(({ name }) => name === "self").map(({ duration }) => duration));
  const others = tasks.filter(({ name }) => name !== "self").length;
  const gap = Math.max(0, ...frames);
  const load = othersShare(since, 0);
  process.stdout.write(
    `${what}: longest task ${longestTask(trace.traceEvents).toFixed(0)} ms of processor time, ` +
      `${longest === 0 ? "under 50" : longest.toFixed(0)} ms by the clock, ` +
      `longest time between frames ${gap.toFixed(0)} ms of ${frames.length} frames ` +
      `(${others} long tasks of other frames; the machine was ${(100 * load).toFixed(0)}% busy)\n`,
  );
}

/** Of the main threads of all pages, VS Code's own too: they can share one. In milliseconds. */
function longestTask(events: readonly TraceEvent[]): number {
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const isMain = ({ name, args }: TraceEvent) => name === "thread_name" && args.name === "CrRendererMain";
  const main = new Set(events.filter(isMain).map(threadOf));
  const tasks = events.filter((event) => event.name === "RunTask" && main.has(threadOf(event)));
  return tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur / 1000), 0);
}

async function generate({ page }: PlaygroundWindow): Promise<void> {
  await page.locator("#controlsSection").evaluate((section) => section.setAttribute("open", ""));
  await page.locator("input#maxTokens").fill(String(GENERATED_TOKENS));
  await page.locator("input#maxTokens").blur();
  // Text that ends soon would measure nothing.
  for (;;) {
    await page.locator("#prompt").fill("import * as fs from 'node:fs';\n\nexport class Store {\n");
    await page.locator("#generate").click();
    const summary = page.locator("#summary", { hasText: /tokens? after a prompt of/ });
    await summary.waitFor({ timeout: PATIENCE_MS });
    if (Number.parseInt(await summary.innerText(), 10) === GENERATED_TOKENS) return;
  }
}

async function score({ page }: PlaygroundWindow): Promise<void> {
  const text = Array.from({ length: SCORED_TOKENS }, (_, i) => ` ${WORDS[i % WORDS.length] ?? ""}`).join("");
  await page.locator("#prompt").fill(text);
  await page.locator("#score").click();
  await page.locator("#score[disabled]").waitFor();
  const scored = page.locator("#surpriseSection .metrics dd", { hasText: /^1\d\d\d$/ });
  await scored.waitFor({ timeout: PATIENCE_MS });
  await page.locator("#summary", { hasText: /^(?!.*Scoring)/ }).waitFor({ timeout: PATIENCE_MS });
}

async function walk({ page }: PlaygroundWindow): Promise<void> {
  await page.locator("#prompt").press("Control+Home");
  for (let i = 0; i < 60; i++) await page.locator("#prompt").press("ArrowRight");
}
