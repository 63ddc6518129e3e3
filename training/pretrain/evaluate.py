"""Bits per byte of held-out documents, by kind, of any GPT-2 in Hugging Face's layout; lower is better.

    python3 -m pretrain.evaluate --model run --corpus corpus/heldout.jsonl [--documents 200]

Models with other tokenizers and contexts are compared on the same bytes: long documents are read in windows that overlap
by half, and each token is judged once, with at least half a context before it where there is as much.
"""

import argparse
import json
import math
import random
from collections import defaultdict
from pathlib import Path

import torch
import torch.nn.functional as F

from .build_corpus import Record, read_records
from .encode import plain_tokenizer
from .gpt2 import GPT2, load_model

# Of a document: no single one decides.
LONGEST_CHARACTERS = 16_000


def nats_of(model: GPT2, ids: list[int], first: int) -> float:
    """Nats of ids after a first one that is given, such as the end of the text before."""
    device = next(model.parameters()).device
    row = torch.tensor([first, *ids], device=device)
    context = model.shape.n_positions
    total, done = 0.0, 0
    with torch.no_grad():
        while done < len(ids):
            start = 0 if done == 0 else max(0, done - context // 2)
            end = min(start + context, len(ids))
            logits = model(row[None, start:end])[0, done - start :]
            total += F.cross_entropy(logits.float(), row[done + 1 : end + 1], reduction='sum').item()
            done = end
    return total


def evaluate(folder: Path, records: list[Record], device: str) -> dict[str, dict[str, float]]:
    """Bits per byte, and the bytes that were read, by kind."""
    model, tokenizer = load_model(folder).to(device).eval(), plain_tokenizer(folder)
    end_of_text = json.loads((folder / 'config.json').read_text())['eos_token_id']
    nats, read = defaultdict(float), defaultdict(int)
    for record in records:
        text = record.text[:LONGEST_CHARACTERS]
        nats[record.kind] += nats_of(model, tokenizer.encode(text, add_special_tokens=False).ids, end_of_text)
        read[record.kind] += len(text.encode())
    return {kind: {'bitsPerByte': nats[kind] / math.log(2) / read[kind], 'bytes': read[kind]} for kind in sorted(nats)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--model', type=Path, required=True)
    parser.add_argument('--corpus', type=Path, required=True)
    parser.add_argument('--documents', type=int, default=200, help='of each kind')
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    args = parser.parse_args()
    by_kind: dict[str, list[Record]] = defaultdict(list)
    for record in read_records(args.corpus):
        by_kind[record.kind].append(record)
    rng = random.Random(1)
    chosen = [one for kind in sorted(by_kind) for one in rng.sample(by_kind[kind], min(args.documents, len(by_kind[kind])))]
    print(json.dumps(evaluate(args.model, chosen, args.device), indent=1))


if __name__ == '__main__':
    main()
