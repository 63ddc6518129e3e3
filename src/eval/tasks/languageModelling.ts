/** Perplexity of long texts, by sliding windows: the paper's first table. */
import { type Estimate, estimate } from "../bootstrap.ts";
import { ONE_BILLION_WORDS, PENN_TREEBANK, type TokenizedStyle, WIKITEXT } from "../detokenize/english.ts";
import type { LanguageText } from "../data/texts.ts";
import { readStream, readTokenizedText } from "../data/texts.ts";
import type { EvalRun, EvalTask, Figure, OpenedTask } from "../evalTask.ts";
import { bitsPer, perplexity } from "../metrics/perplexity.ts";
import type { PaperColumn } from "../paperResults.ts";
import { cumulativeUnits, strideOf, type TextWindow, windowsOf } from "./windows.ts";

/** How likely a window's new tokens were. */
export interface WindowScore {
  readonly nats: number;
  readonly tokens: number;
  readonly units: number;
}

/** A set's own way to count. */
interface Kind {
  readonly read: (run: EvalRun) => Promise<LanguageText>;
  /** One text of many sentences, or sentences that have nothing to do with each other. */
  readonly documents: "one" | "each line";
  readonly figure: (totals: Pick<WindowScore, "nats" | "units">) => number;
  readonly name: string;
}

function words(style: TokenizedStyle, documents: Kind["documents"]): Kind {
  return {
    read: ({ data }) => readTokenizedText(data, style),
    documents,
    figure: ({ nats, units }) => perplexity(nats, units),
    name: "perplexity",
  };
}

function stream(unit: "bytes" | "characters", name: string): Kind {
  return {
    read: ({ data }) => readStream(data, unit),
    documents: "one",
    figure: ({ nats, units }) => bitsPer(nats, units),
    name,
  };
}

function task(
  about: Pick<EvalTask, "id" | "title" | "files" | "source" | "licence" | "description">,
  kind: Kind,
  paper: PaperColumn,
): EvalTask {
  return { ...about, needsModel: true, open: (run) => openText(run, kind, paper) };
}

const WIKITEXT_SOURCE = "Merity et al. 2016, the word-level archive (wiki.test.tokens)";
const CC_BY_SA = "CC BY-SA 3.0 (Wikipedia)";

export const LANGUAGE_MODELLING: readonly EvalTask[] = [
  task(
    {
      id: "wikitext2",
      title: "WikiText-2",
      description: "perplexity per original token; wiki.test.tokens",
      files: ["wikitext-2/wiki.test.tokens", "wikitext-2-raw/wiki.test.raw"],
      source: WIKITEXT_SOURCE,
      licence: CC_BY_SA,
    },
    words(WIKITEXT, "one"),
    "WikiText-2 perplexity",
  ),
  task(
    {
      id: "wikitext103",
      title: "WikiText-103",
      description: "perplexity per original token; wiki.test.tokens",
      files: ["wikitext-103/wiki.test.tokens", "wikitext-103-raw/wiki.test.raw"],
      source: WIKITEXT_SOURCE,
      licence: CC_BY_SA,
    },
    words(WIKITEXT, "one"),
    "WikiText-103 perplexity",
  ),
  task(
    {
      id: "ptb",
      title: "Penn Treebank",
      description: "perplexity per original token; ptb.test.txt",
      files: ["ptb/ptb.test.txt", "ptb.test.txt"],
      source: "Mikolov's preparation of the Wall Street Journal section (ptb.test.txt)",
      licence: "Linguistic Data Consortium (not free)",
    },
    words(PENN_TREEBANK, "one"),
    "PTB perplexity",
  ),
  task(
    {
      id: "1bw",
      title: "One Billion Words",
      description: "perplexity per original token, each sentence by itself; news.en.heldout-*",
      files: ["1bw/news.en.heldout-00000-of-00050", "news.en.heldout-00000-of-00050"],
      source: "Chelba et al. 2013, heldout-monolingual.tokenized.shuffled",
      licence: "Apache-2.0 (the scripts); news text of WMT 2011",
    },
    words(ONE_BILLION_WORDS, "each line"),
    "1BW perplexity",
  ),
  task(
    {
      id: "enwik8",
      title: "enwik8",
      description: "bits per byte; enwik8, of which the last 5 MB are tested, or any text",
      files: ["enwik8"],
      source: "Mahoney's Large Text Compression Benchmark",
      licence: CC_BY_SA,
    },
    stream("bytes", "bits per byte"),
    "enwik8 bits per byte",
  ),
  task(
    {
      id: "text8",
      title: "text8",
      description: "bits per character; text8, of which the last 5 MB are tested, or any text",
      files: ["text8"],
      source: "Mahoney's Large Text Compression Benchmark",
      licence: CC_BY_SA,
    },
    stream("characters", "bits per character"),
    "text8 bits per character",
  ),
];

/** A window of one of the documents. */
interface Record {
  readonly ids: readonly number[];
  readonly window: TextWindow;
  readonly units: number;
}

async function openText(run: EvalRun, kind: Kind, paper: PaperColumn): Promise<OpenedTask<unknown, unknown>> {
  const { model, options, signal } = run;
  const { parts, notes } = await kind.read(run);
  const stride = strideOf(options.stride, model.contextLength);
  const begins = model.endOfText === undefined ? [] : [model.endOfText];
  const documents = kind.documents === "one" ? [parts] : parts.map((part) => [part]);

  async function* records(): AsyncGenerator<Record> {
    for (const document of documents) {
      const { ids, byteLengths } = await model.tokenize(document.map(({ text }) => text).join(""), signal);
      const unitsUpTo = cumulativeUnits(document, byteLengths);
      const all = [...begins, ...ids];
      for (const window of windowsOf(all.length, model.contextLength, stride)) {
        const [from, to] = [window.scoredFrom - begins.length, window.end - begins.length];
        yield { ids: all, window, units: unitsUpTo(to) - unitsUpTo(Math.max(0, from)) };
      }
    }
  }

  const opened: OpenedTask<Record, WindowScore> = {
    records: records(),
    async measure({ ids, window, units }) {
      const textIds = ids.slice(window.begin, window.end);
      const contextTokens = window.scoredFrom - window.begin;
      const { totalNats } = await model.score({ text: "", textIds, contextTokens }, signal);
      return { nats: totalNats, tokens: window.end - window.scoredFrom, units };
    },
    summarize(outcomes, random) {
      const tokens = sum(outcomes).tokens;
      const of = (figure: (totals: WindowScore) => number): Estimate =>
        estimate(outcomes, (some) => figure(sum(some)), random);
      const figures: Figure[] = [
        { ...of(kind.figure), name: kind.name, better: "lower", paper },
        { ...of((totals) => perplexity(totals.nats, totals.tokens)), name: "perplexity per token", better: "lower" },
      ];
      const start =
        begins.length > 0
          ? "Each document begins after an end-of-text token."
          : "The model has no end-of-text token, so the first token of a document has no score.";
      return {
        figures,
        notes: [
          `Windows of ${model.contextLength} tokens that move by ${stride}; ${tokens} tokens scored. ${start}`,
          ...notes,
        ],
      };
    },
  };
  return opened;
}

function sum(scores: readonly WindowScore[]): WindowScore {
  const add = (of: keyof WindowScore): number => scores.reduce((total, score) => total + score[of], 0);
  return { nats: add("nats"), tokens: add("tokens"), units: add("units") };
}
