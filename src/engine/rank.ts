import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";
import type { RankParams, RankResult } from "../shared/protocol.ts";
import {
  branchesOf,
  buildTrie,
  inGroups,
  logprobOf,
  scoreChildren,
  stemOf,
  tokensTo,
  treeOf,
  type TrieNode,
} from "./candidateTrie.ts";
import { mixedLogits } from "./chooseToken.ts";
import { extendSequence, prefillChunk } from "./extendSequence.ts";
import type { LoadedModel } from "./generate.ts";
import { LONGEST_MATCH } from "./memory/matches.ts";
import type { StartMixture } from "./memory/mixture.ts";
import type { LanguageModel, Sequence } from "./model/languageModel.ts";
import { promptTokens } from "./promptTokens.ts";
import type { Job } from "./scheduler.ts";

/** Scores what follows a node, from the logits after it. */
type ScoreNode = (node: TrieNode, logits: Float32Array) => void;

/** More than a long page has phrases; a request that names more is taken for a mistake. */
const MOST_CANDIDATES = 10_000;

/**
 * How likely the model finds each of several continuations of a prompt. The prompt is read once, and stays cached. So is
 * what candidates begin with alike; what differs goes through the model side by side, as many tokens a run as prefill
 * takes. A candidate's last token needs no run, so one of a single token costs nothing.
 * @param job the place in line that each run of the model is taken in; its signal cancels
 * @throws LocalghostError `invalidRequest`, `promptTooLong`, or `cancelled`
 */
export async function rank(
  loaded: LoadedModel,
  params: RankParams,
  job: Job,
  startMixture?: StartMixture,
): Promise<RankResult> {
  const { model, sequences } = loaded;
  const candidates = candidateTokens(loaded, params);
  const promptIds = fittingPrompt(loaded, params, candidates);
  const trie = buildTrie(candidates);

  const mixture = startMixture?.();
  const tail = promptIds.slice(-LONGEST_MATCH);
  const score: ScoreNode = (node, logits) => {
    scoreChildren(node, mixedLogits(logits, mixture ? [...tail, ...tokensTo(node)] : tail, mixture));
  };

  // In turn and not before: a request that this one overtakes gives its sequence back by then.
  const sequence = await job.run(() => Promise.resolve(sequences.acquire(promptIds)));
  const reusedTokens = sequence.tokens.length;
  try {
    const rest = promptIds.slice(reusedTokens);
    await extendSequence(model, sequence, rest, "last", job, (_, logits) => score(trie, logits));
    await scoreBelow(model, sequence, trie, score, job);
  } finally {
    sequence.rewindTo(Math.min(sequence.tokens.length, promptIds.length));
    sequences.release(sequence);
  }
  return {
    candidates: candidates.map((ids) => ({ logprob: logprobOf(trie, ids), tokens: ids.length })),
    promptTokens: promptIds.length,
    reusedTokens,
    device: model.info.device,
    dtype: model.info.dtype,
  };
}

function candidateTokens({ tokenizer }: LoadedModel, { candidates }: RankParams): number[][] {
  if (candidates.length === 0) {
    throw new LocalghostError("invalidRequest", l10n.t("There are no candidates to rank: name at least one."));
  }
  if (candidates.length > MOST_CANDIDATES) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t(
        "There are {0} candidates to rank, and {1} at most are taken: leave some out.",
        candidates.length,
        MOST_CANDIDATES,
      ),
    );
  }
  const empty = candidates.indexOf("");
  if (empty !== -1) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t("Candidate {0} is empty, and nothing can be said of its probability: leave it out.", empty + 1),
    );
  }
  return candidates.map((text) => tokenizer.encode(text));
}

/** The tokens of the prompt, as many as fit with each of the candidates: the window must not slide under one of them. */
function fittingPrompt(
  loaded: LoadedModel,
  { prompt, overflow = "fail" }: RankParams,
  candidates: readonly (readonly number[])[],
): number[] {
  const longest = candidates.reduce((most, { length }) => Math.max(most, length), 0);
  const { ids: promptIds } = promptTokens(loaded, { prompt, overflow, maxTokens: longest });
  const { contextLength } = loaded.model.info;
  const total = promptIds.length + longest;
  if (total <= contextLength) return promptIds;
  throw new LocalghostError(
    "promptTooLong",
    l10n.t(
      "The prompt and the longest candidate have {0} tokens, but the model can look at {1}: shorten them.",
      total,
      contextLength,
    ),
  );
}

/** Scores all that lies below a node at whose token the sequence ends, and leaves the sequence there. */
async function scoreBelow(
  model: LanguageModel,
  sequence: Sequence,
  node: TrieNode,
  score: ScoreNode,
  job: Job,
): Promise<void> {
  const { parameters, vocabularySize } = model.info;
  const forwardTree = model.forwardTree?.bind(model);
  // A device that runs one continuation at a time treats all as if they were too large for a tree.
  const room = forwardTree ? prefillChunk(parameters) : 0;
  const branches = branchesOf(node);
  for (const branch of branches) {
    if (branch.runs > room) await scoreApart(model, sequence, branch, room, score, job);
  }
  if (!forwardTree) return;
  const small = branches.filter(({ runs }) => runs <= room);
  for (const group of inGroups(small, room)) {
    const { nodes, tree } = treeOf(group);
    const logits = await job.run(() => forwardTree(sequence, tree));
    for (const [i, one] of nodes.entries()) {
      score(one, logits.subarray(i * vocabularySize, (i + 1) * vocabularySize));
    }
  }
}

/** Appends a branch to the sequence as far as nothing turns off it, scores what lies below, and takes it off again. */
async function scoreApart(
  model: LanguageModel,
  sequence: Sequence,
  branch: TrieNode,
  room: number,
  score: ScoreNode,
  job: Job,
): Promise<void> {
  const { length } = sequence.tokens;
  const stem = stemOf(branch, room);
  const tokens = stem.map(({ token }) => token);
  await extendSequence(model, sequence, tokens, "all", job, (i, logits) => score(stem[i] ?? branch, logits));
  await scoreBelow(model, sequence, stem.at(-1) ?? branch, score, job);
  sequence.rewindTo(length);
}
