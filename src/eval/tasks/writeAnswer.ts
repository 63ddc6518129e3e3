import type { TaskExample, TaskTemplate } from "../../prompts/template.ts";
import { cutAnswer } from "../../tasks/cutAnswer.ts";
import { fitPrompt } from "../../tasks/fitPrompt.ts";
import type { Turn } from "../../tasks/task.ts";
import type { EvalRun } from "../evalTask.ts";

/** What stands in the prompt. */
export interface Asked {
  readonly input: string;
  readonly values?: Readonly<Record<string, string>>;
  /** Oldest first. */
  readonly examples?: readonly TaskExample[];
  readonly dialogue?: readonly Turn[];
  /** Where the template draws tokens. */
  readonly seed?: number;
}

export interface Written {
  readonly text: string;
  /** exp of the mean log-probability of the tokens of the text; 0 where it is empty. */
  readonly confidence: number;
}

/**
 * Lets the model write all that the template allows, and cuts the answer out of it, as the paper does. The editor runs
 * tasks by `runTask`, which stops a text that repeats itself.
 */
export async function writeAnswer(
  { model, signal }: Pick<EvalRun, "model" | "signal">,
  template: TaskTemplate,
  { input, values = {}, examples = [], dialogue = [], seed = 0 }: Asked,
): Promise<Written> {
  const tokenize = (text: string) => model.tokenize(text, signal);
  const fitted = await fitPrompt({ template, input, values, examples, dialogue }, { model, tokenize });
  const { text: whole, tokens } = await model.generate(
    {
      prompt: fitted.prompt,
      maxTokens: fitted.maxTokens,
      stop: [...template.stop],
      sampling: { ...template.sampling, seed },
    },
    signal,
  );
  const { text, start } = cutAnswer(whole, template.cut);
  let position = 0;
  const logprobs = tokens.flatMap((token) => {
    const begin = position;
    position += token.text.length;
    return begin < start + text.length && position > start ? [token.logprob] : [];
  });
  const mean = logprobs.reduce((sum, logprob) => sum + logprob, 0) / logprobs.length;
  return { text, confidence: logprobs.length > 0 ? Math.exp(mean) : 0 };
}
