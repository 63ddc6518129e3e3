import type { EngineCall } from "../backend.ts";
import type { Choice, FinishReason, Usage } from "./choice.ts";
import { type Finished, generateTexts, type Texts } from "./generateTexts.ts";
import { GrowingChoice } from "./growingChoice.ts";
import { describeTokens } from "./logprobs.ts";
import { countTokens, type PromptText, readPrompt } from "./promptText.ts";
import type { CompletionRequest, Prompt } from "./request.ts";

/**
 * Answers a request, prompt after prompt.
 * @param onPiece told of what is new of each choice, the last time with its `finish_reason`
 * @returns all choices whole, and what they took
 * @throws LocalghostError as the engine does
 */
export async function answerCompletion(
  call: EngineCall,
  request: CompletionRequest,
  onPiece: (piece: Choice) => void = () => undefined,
): Promise<{ choices: Choice[]; usage: Usage }> {
  const { prompts, n, logprobs } = request;
  const choices: Choice[] = [];
  const usage: Usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  for (const prompt of prompts) {
    const first = choices.length;
    const growing = Array.from({ length: n }, (_, i) => new GrowingChoice(first + i, logprobs !== undefined, onPiece));
    const { echo, texts, promptTokens, completionTokens } = await answerPrompt(call, request, prompt, growing);
    for (const [i, finished] of texts.entries()) {
      choices.push({
        text: echo.text + finished.text,
        index: first + i,
        logprobs: logprobs === undefined ? null : describeTokens([...echo.tokens, ...finished.tokens], 0),
        finish_reason: finishReasonOf(finished),
      });
    }
    usage.prompt_tokens += promptTokens;
    usage.completion_tokens += completionTokens;
  }
  usage.total_tokens = usage.prompt_tokens + usage.completion_tokens;
  return { choices, usage };
}

async function answerPrompt(
  call: EngineCall,
  request: CompletionRequest,
  prompt: Prompt,
  growing: readonly GrowingChoice[],
): Promise<Texts & { echo: PromptText }> {
  const echo = request.echo ? await readPrompt(call, prompt, request.logprobs) : { text: "", tokens: [] };
  for (const choice of growing) choice.begin(echo);
  const answered =
    request.maxTokens === 0
      ? noTexts(request.n, await countTokens(call, prompt))
      : await generateTexts(call, request, prompt, (text, progress) => growing[text]?.push(progress));
  for (const [i, finished] of answered.texts.entries()) growing[i]?.end(finished, finishReasonOf(finished));
  return { ...answered, echo };
}

/** For who wants to know of the prompt alone. */
function noTexts(n: number, promptTokens: number): Texts {
  const text: Finished = { text: "", tokens: [], finishReason: "length" };
  return { texts: Array<Finished>(n).fill(text), promptTokens, completionTokens: 0 };
}

function finishReasonOf({ finishReason }: Finished): FinishReason {
  return finishReason === "length" ? "length" : "stop";
}
