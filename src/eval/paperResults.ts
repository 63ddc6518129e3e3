/** Zero-shot results of the paper's four models (Radford et al. 2019, table 3 and sections 3.5 to 3.8). */

export const PAPER_SIZES = ["117M", "345M", "762M", "1542M"] as const;

/** By size, smallest first; the paper gives the tasks of its later sections for the largest alone, some from a plot. */
export const PAPER_RESULTS = {
  "LAMBADA perplexity": [35.13, 15.6, 10.87, 8.63],
  "LAMBADA accuracy": [45.99, 55.48, 60.12, 63.24],
  "CBT-CN accuracy": [87.65, 92.35, 93.45, 93.3],
  "CBT-NE accuracy": [83.4, 87.1, 88.0, 89.05],
  "WikiText-2 perplexity": [29.41, 22.76, 19.93, 18.34],
  "PTB perplexity": [65.85, 47.33, 40.31, 35.76],
  "enwik8 bits per byte": [1.16, 1.01, 0.97, 0.93],
  "text8 bits per character": [1.17, 1.06, 1.02, 0.98],
  "WikiText-103 perplexity": [37.5, 26.37, 22.05, 17.48],
  "1BW perplexity": [75.2, 55.72, 44.575, 42.16],
  "Winograd accuracy": [undefined, undefined, undefined, 70.7],
  "CoQA F1": [undefined, undefined, undefined, 55],
  "CNN/DM ROUGE-1": [undefined, undefined, undefined, 29.34],
  "CNN/DM ROUGE-2": [undefined, undefined, undefined, 8.27],
  "CNN/DM ROUGE-L": [undefined, undefined, undefined, 26.58],
  "WMT-14 En-Fr BLEU": [undefined, undefined, undefined, 5],
  "WMT-14 Fr-En BLEU": [undefined, undefined, undefined, 11.5],
  "Natural Questions exact match": [undefined, undefined, undefined, 4.1],
} as const satisfies Record<string, readonly (number | undefined)[]>;

export type PaperColumn = keyof typeof PAPER_RESULTS;
