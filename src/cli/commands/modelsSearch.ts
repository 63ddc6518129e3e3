import { optionalCount } from "../arguments.ts";
import {
  commonOptions,
  hubOf,
  hubOptions,
  interruptible,
  parseWithWord,
  printColumns,
  printJson,
} from "./modelsOptions.ts";

export const modelsSearchHelp = `localghost models search WORDS  GPT-2 models on the hub whose names match, most downloaded first.
      --limit N            at most so many (20)
      --endpoint URL       the hub, else HF_ENDPOINT; its token is that of HF_TOKEN (https://huggingface.co)
      --proxy URL          http://user:password@host:port, else HTTPS_PROXY, HTTP_PROXY and NO_PROXY`;

/** `models search` */
export async function modelsSearch(args: string[]): Promise<void> {
  const options = { ...commonOptions, ...hubOptions, limit: { type: "string" } } as const;
  const { values, word } = parseWithWord("search", args, options, "words to search for");
  const limit = optionalCount("--limit", values.limit, 1) ?? 20;
  const found = await hubOf(values).search(word, limit, interruptible());
  if (values.json) {
    printJson(found);
    return;
  }
  printColumns(
    found.map(({ name, downloads, updated }) => [name, `${downloads} downloads`, `updated ${updated.slice(0, 10)}`]),
  );
}
