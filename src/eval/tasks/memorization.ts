/** How much of a test set stands word for word in a training text: 8-gram overlap (Radford et al. 2019, section 4). */
import { BloomFilter } from "../bloomFilter.ts";
import { estimate } from "../bootstrap.ts";
import { DataError, type DataSource, sourceLines } from "../data/dataSource.ts";
import type { EvalRun, EvalTask, OpenedTask } from "../evalTask.ts";

const WORDS = 8;
/** The paper's bound. */
const FALSE_POSITIVES = 1e-8;

interface Overlap {
  readonly ngrams: number;
  readonly known: number;
}

export const MEMORIZATION: EvalTask = {
  id: "memorization",
  title: "Memorization",
  description: "8-gram overlap of any text (--data) with a training text (--training), by a Bloom filter",
  files: ["memorization"],
  source: "any plain text, or JSON lines of which all texts count",
  licence: "its own",
  needsModel: false,
  open,
};

async function open({ data, training }: EvalRun): Promise<OpenedTask<unknown, unknown>> {
  if (!training)
    throw new DataError(data.path, undefined, "there is no training text to compare with: name --training");
  const count = await countAll(ngramsOf(training));
  if (count === 0) throw new DataError(training.path, undefined, `it has no ${WORDS} words in a row`);
  const filter = new BloomFilter(count, FALSE_POSITIVES);
  for await (const ngram of ngramsOf(training)) filter.add(ngram);

  const opened: OpenedTask<string, Overlap> = {
    records: paragraphs(data),
    measure(text) {
      const ngrams = ngramsIn(wordsOf(text));
      return Promise.resolve({ ngrams: ngrams.length, known: ngrams.filter((ngram) => filter.has(ngram)).length });
    },
    summarize(outcomes, random) {
      const total = (of: keyof Overlap, some = outcomes): number => some.reduce((sum, one) => sum + one[of], 0);
      const share = (some: readonly Overlap[]): number =>
        (100 * total("known", some)) / Math.max(1, total("ngrams", some));
      return {
        figures: [{ ...estimate(outcomes, share, random), name: "8-gram overlap, %", better: "lower" }],
        notes: [
          `${total("known")} of ${total("ngrams")} 8-grams of lower-cased words; ${count} in the training text, in a Bloom filter of ${filter.byteLength} bytes and ${filter.hashes} hashes, whose false-positive rate is ${filter.falsePositiveRate().toExponential(1)}.`,
          "The paper found 1 to 6% for the test sets of its table and WebText.",
        ],
      };
    },
  };
  return opened;
}

/** Runs of lines between blank lines; of JSON lines, a line. */
async function* paragraphs(source: DataSource): AsyncGenerator<string> {
  for (const file of source.files) {
    const isJson = /\.jsonl?$/.test(file.name);
    let lines: string[] = [];
    for await (const { text } of file.lines()) {
      if (text.trim() !== "") lines.push(text);
      if (lines.length > 0 && (isJson || text.trim() === "")) {
        yield lines.join("\n");
        lines = [];
      }
    }
    if (lines.length > 0) yield lines.join("\n");
  }
}

async function countAll(items: AsyncIterator<unknown>): Promise<number> {
  let count = 0;
  while ((await items.next()).done !== true) count++;
  return count;
}

async function* ngramsOf(source: DataSource): AsyncGenerator<string> {
  let words: string[] = [];
  for await (const { value } of sourceLines(source)) {
    words.push(...wordsOf(value));
    yield* ngramsIn(words);
    words = words.slice(-(WORDS - 1));
  }
}

/** Lower-cased runs of letters and digits, as the paper normalizes them. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function ngramsIn(words: readonly string[]): string[] {
  return words.slice(0, Math.max(0, words.length - WORDS + 1)).map((_, i) => words.slice(i, i + WORDS).join(" "));
}
