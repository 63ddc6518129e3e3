/** The models that Localghost knows by name; any other GPT-2 can be added by its repository, a folder or a file. */
import * as l10n from "@vscode/l10n";
import type { Dtype } from "../shared/protocol.ts";
import { countParameters, type Gpt2Config } from "../engine/model/gpt2Config.ts";
import { packedByteLength } from "../engine/model/packedLayout.ts";

export interface CatalogueEntry {
  /** What `--model` takes. */
  readonly name: string;
  /** The embedded models come with Localghost; the others are repositories on the hub, by this same name. */
  readonly origin: "embedded" | "hub";
  readonly config: Gpt2Config;
  /** Bytes of `model.safetensors`. */
  readonly downloadBytes: number;
  /** SPDX identifier. */
  readonly licence: string;
  /** What its training text is written in. */
  readonly languages: readonly string[];
  /** One sentence on what to expect of it, in the language of who asks: it is not known yet when this file is loaded. */
  readonly goodAt: () => string;
}

/** The sizes of a GPT-2 whose other choices are those of Radford et al. 2019. */
export function originalShape(layers: number, width: number, heads: number): Gpt2Config {
  return {
    layers,
    width,
    heads,
    headDim: width / heads,
    innerWidth: 4 * width,
    contextLength: 1024,
    vocabularySize: 50257,
    activation: "gelu_new",
    layerNormEpsilon: 1e-5,
    scaleAttention: true,
    scaleAttentionByLayer: false,
    tiedEmbeddings: true,
    endOfText: 50256,
  };
}

/** The hub's files of the originals hold float32, and the causal mask of each layer beside the weights. */
function originalBytes(config: Gpt2Config): number {
  return 4 * (countParameters(config) + config.layers * config.contextLength ** 2);
}

function onHub(
  name: string,
  config: Gpt2Config,
  texts: Pick<CatalogueEntry, "licence" | "languages" | "goodAt">,
): CatalogueEntry {
  return { name, origin: "hub", config, downloadBytes: originalBytes(config), ...texts };
}

const ENGLISH = ["English"] as const;

export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    name: "localghost-nano",
    origin: "embedded",
    config: {
      ...originalShape(4, 256, 4),
      contextLength: 512,
      vocabularySize: 8192,
      endOfText: 8191,
    },
    downloadBytes: 0,
    licence: "MIT",
    languages: ["English", "French", "German", "Spanish", "TypeScript", "JavaScript"],
    goodAt: () => l10n.t("Short completions of code at once; it comes with Localghost and knows no facts."),
  },
  onHub("distilbert/distilgpt2", originalShape(6, 768, 12), {
    licence: "Apache-2.0",
    languages: ENGLISH,
    goodAt: () => l10n.t("English prose, nearly as fast as a small model can be."),
  }),
  onHub("openai-community/gpt2", originalShape(12, 768, 12), {
    licence: "MIT",
    languages: ENGLISH,
    goodAt: () => l10n.t("English prose and simple completions; the smallest of the paper's four."),
  }),
  onHub("openai-community/gpt2-medium", originalShape(24, 1024, 16), {
    licence: "MIT",
    languages: ENGLISH,
    goodAt: () => l10n.t("Better English; the first size whose summaries hold together."),
  }),
  onHub("openai-community/gpt2-large", originalShape(36, 1280, 20), {
    licence: "MIT",
    languages: ENGLISH,
    goodAt: () => l10n.t("Summaries and questions about a text, where a second or two is no matter."),
  }),
  onHub("openai-community/gpt2-xl", originalShape(48, 1600, 25), {
    licence: "MIT",
    languages: ENGLISH,
    goodAt: () => l10n.t("The paper's best results on every task; slow without a GPU."),
  }),
];

export function parametersOf({ config }: CatalogueEntry): number {
  return countParameters(config);
}

/** The entry of a name, which may leave out the owner: `gpt2` is `openai-community/gpt2`. */
export function findInCatalogue(name: string): CatalogueEntry | undefined {
  return CATALOGUE.find((entry) => entry.name === name || entry.name.endsWith(`/${name}`));
}

/** What the engine needs beside weights and cache: ONNX Runtime, Node and the graph. */
const ENGINE_BYTES = 120e6;

/** Memory and disk that a model takes when it is packed as `dtype`. */
export function bytesNeeded(config: Gpt2Config, dtype: Dtype): { disk: number; memory: number } {
  const disk = packedByteLength(config, dtype);
  // A key and a value of float32 for every layer and position.
  const cache = 2 * 4 * config.layers * config.width * config.contextLength;
  return { disk, memory: disk + cache + ENGINE_BYTES };
}
