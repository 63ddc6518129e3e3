/** The page of the playground: sends what the controls say, and shows the tokens that come back. */
import type { FromPage, PlaygroundRequest, ToPage } from "../shared/playgroundMessages.ts";
import { element } from "./dom.ts";
import { type PageState, readState, saveState, postMessage } from "./host.ts";
import { showAlternatives } from "./alternatives.ts";
import { TokenList } from "./tokenList.ts";

const prompt = element("prompt", HTMLTextAreaElement);
const maxTokens = element("maxTokens", HTMLInputElement);
const temperature = element("temperature", HTMLInputElement);
const topK = element("topK", HTMLInputElement);
const generate = element("generate", HTMLButtonElement);
const stop = element("stop", HTMLButtonElement);
const summary = element("summary", HTMLParagraphElement);
const tokens = new TokenList(element("text", HTMLDivElement), showAlternatives);

generate.addEventListener("click", () => start());
stop.addEventListener("click", () => send({ type: "stop" }));
prompt.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) start();
});
for (const field of [prompt, maxTokens, temperature, topK]) field.addEventListener("input", remember);
window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => receive(data));
restore(readState());

function start(): void {
  tokens.clear();
  setRunning(true);
  summary.textContent = "";
  send({ type: "generate", request: request() });
}

function receive(message: ToPage): void {
  switch (message.type) {
    case "token":
      tokens.add(message.token);
      return;
    case "ended":
      setRunning(false);
      summary.textContent = message.summary;
      break;
    case "failed":
      setRunning(false);
      summary.textContent = message.message;
      break;
  }
  remember();
}

function request(): PlaygroundRequest {
  return {
    prompt: prompt.value,
    maxTokens: numberIn(maxTokens),
    temperature: numberIn(temperature),
    topK: numberIn(topK),
  };
}

/** What the field holds, moved into its range; its default where it holds no number. */
function numberIn({ valueAsNumber, min, max, defaultValue }: HTMLInputElement): number {
  if (Number.isNaN(valueAsNumber)) return Number(defaultValue);
  const highest = max === "" ? Infinity : Number(max);
  return Math.min(highest, Math.max(Number(min), valueAsNumber));
}

function setRunning(running: boolean): void {
  stop.disabled = !running;
  document.body.classList.toggle("running", running);
}

function send(message: FromPage): void {
  postMessage(message);
}

/** VS Code throws the page away when the view is hidden; this brings it back as it was. */
function remember(): void {
  saveState({ request: request(), tokens: tokens.all, summary: summary.textContent });
}

function restore(state: PageState | undefined): void {
  if (!state) return;
  prompt.value = state.request.prompt;
  maxTokens.value = String(state.request.maxTokens);
  temperature.value = String(state.request.temperature);
  topK.value = String(state.request.topK);
  for (const token of state.tokens) tokens.add(token);
  summary.textContent = state.summary;
}
