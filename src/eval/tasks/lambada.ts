/** LAMBADA (Paperno et al. 2016): the last word of a passage, which only the whole passage tells. */
import { estimate, estimateMean } from "../bootstrap.ts";
import { type LastWordRecord, readLambada } from "../data/sentences.ts";
import type { EvalModel } from "../evalModel.ts";
import type { EvalRun, EvalTask, OpenedTask } from "../evalTask.ts";
import { perplexity } from "../metrics/perplexity.ts";
import { isStopWord } from "./stopWords.ts";

interface LastWord {
  readonly nats: number;
  /** Each of the word's tokens is the likeliest. */
  readonly greedy: boolean;
  /** The likeliest word that is no stop word. */
  readonly filtered: string;
  readonly word: string;
}

export const LAMBADA: EvalTask = {
  id: "lambada",
  title: "LAMBADA",
  description: "perplexity and accuracy of the last word; lambada_test.jsonl, or the plain text a line each",
  files: ["lambada/lambada_test.jsonl", "lambada/lambada_test_plain_text.txt", "lambada_test.jsonl"],
  source: "Paperno et al. 2016 (lambada-dataset.tar.gz); OpenAI's de-tokenized lambada_test.jsonl",
  licence: "CC BY 4.0",
  needsModel: true,
  open: (run) => Promise.resolve(open(run)),
};

/** Words that are considered for the filter: those that begin with so many of the likeliest tokens. */
const CONSIDERED = 16;
/** Few words have more tokens, and a longer one is compared as far as it goes. */
const WORD_TOKENS = 6;

function open({ model, data, signal }: EvalRun): OpenedTask<unknown, unknown> {
  const opened: OpenedTask<LastWordRecord, LastWord> = {
    records: readLambada(data),
    async measure({ context, word }) {
      const { ids: contextIds } = await model.tokenize(context, signal);
      const { ids: wordIds } = await model.tokenize(` ${word}`, signal);
      const room = Math.max(1, model.contextLength - WORD_TOKENS - wordIds.length);
      const promptIds = contextIds.slice(-room);
      const { tokens, totalNats } = await model.score(
        { text: "", textIds: [...promptIds, ...wordIds], contextTokens: promptIds.length, logprobs: 1 },
        signal,
      );
      const greedy = tokens.slice(promptIds.length).every(({ rank }) => rank === 1);
      return { nats: totalNats, greedy, filtered: await likeliestWord(model, promptIds, signal), word };
    },
    summarize(outcomes, random) {
      const accuracy = (isRight: (outcome: LastWord) => boolean) =>
        estimateMean(
          outcomes.map((outcome) => (isRight(outcome) ? 100 : 0)),
          random,
        );
      return {
        figures: [
          {
            ...accuracy(({ filtered, word }) => filtered === firstWord(` ${word}`)),
            name: "accuracy with the stop-word filter, %",
            better: "higher",
            paper: "LAMBADA accuracy",
          },
          { ...accuracy(({ greedy }) => greedy), name: "accuracy, %", better: "higher" },
          {
            ...estimate(outcomes, (some) => perplexity(sum(some), some.length), random),
            name: "perplexity",
            better: "lower",
            paper: "LAMBADA perplexity",
          },
        ],
        notes: [
          `Perplexity is of words. The filter takes the likeliest of the words that begin with the ${CONSIDERED} likeliest tokens and are no stop words.`,
        ],
      };
    },
  };
  return opened;
}

function sum(outcomes: readonly LastWord[]): number {
  return outcomes.reduce((total, { nats }) => total + nats, 0);
}

async function likeliestWord(model: EvalModel, promptIds: readonly number[], signal: AbortSignal): Promise<string> {
  const { alternatives = [] } = await model.generate(
    {
      prompt: "",
      promptIds: [...promptIds],
      maxTokens: WORD_TOKENS,
      alternatives: CONSIDERED,
      drafts: false,
      sampling: { temperature: 0 },
    },
    signal,
  );
  let best = { word: "", logprob: -Infinity };
  for (const { tokens } of alternatives) {
    const word = firstWord(tokens.map(({ text }) => text).join(""));
    if (word === "" || isStopWord(word)) continue;
    const logprob = logprobOf(tokens, word);
    if (logprob > best.logprob) best = { word, logprob };
  }
  return best.word;
}

/** The word that a text begins with after its space. */
function firstWord(text: string): string {
  return /^ ([\p{L}\p{N}][\p{L}\p{N}'’-]*)/u.exec(text)?.[1]?.replace(/['’-]+$/, "") ?? "";
}

/** Of the tokens that the word reaches into. */
function logprobOf(tokens: readonly { readonly text: string; readonly logprob: number }[], word: string): number {
  let characters = 0;
  let logprob = 0;
  for (const token of tokens) {
    if (characters >= word.length + 1) break;
    characters += token.text.length;
    logprob += token.logprob;
  }
  return logprob;
}
