"""Encode the corpus as one stream of uint16 ids a split, each document closed by the end of text.

    python3 -m pretrain.encode --corpus corpus --tokenizer model --out tokens [--keep '{"types": 0.5}']

Half of the code documents are rearranged for filling in the middle: prefix, suffix, middle, cut at random characters
(Bavarian et al. 2022). Long ones are first cut into pieces, so that a middle and all that it is to fit stand in one
context. Held-out documents are not rearranged, so that their loss is that of plain text; they stand by kind.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from .archives import CODE
from .build_corpus import Record, read_records
from .train_tokenizer import END_OF_TEXT, FILL_IN

# Characters of a gap with the text around it, some 900 tokens, and of the gap itself.
LONGEST_PIECE, LONGEST_MIDDLE = 2800, 1200
FILL_IN_SHARE = 0.5
AT_ONCE = 512


def plain_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer without its special tokens: `<|endoftext|>` in a document is text like any other."""
    raw = json.loads((folder / 'tokenizer.json').read_text())
    return Tokenizer.from_str(json.dumps({**raw, 'added_tokens': []}))


def documents_of(record: Record, rng: random.Random) -> list[list[str | None]]:
    """What is learned from a record: the texts of each document in order; None before one stands for the next fill-in token."""
    if record.kind not in CODE or rng.random() >= FILL_IN_SHARE:
        return [[record.text]]
    return [rearranged(piece, rng) for piece in pieces_of(record.text)]


def rearranged(text: str, rng: random.Random) -> list[str | None]:
    start, end = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    end = min(end, start + LONGEST_MIDDLE)
    return [None, text[:start], None, text[end:], None, text[start:end]]


def pieces_of(text: str) -> Iterator[str]:
    """Cuts a text between lines, or within one where it is longer than a piece."""
    while len(text) > LONGEST_PIECE:
        end = text.rfind('\n', 0, LONGEST_PIECE) + 1 or LONGEST_PIECE
        yield text[:end]
        text = text[end:]
    yield text


class Encoder:
    def __init__(self, folder: Path) -> None:
        self._tokenizer = plain_tokenizer(folder)
        vocab = self._tokenizer.get_vocab()
        self.size = len(vocab)
        if self.size > 1 << 16:
            raise SystemExit(f'{self.size} tokens do not fit uint16.')
        self._end = vocab[END_OF_TEXT]
        self._fill_in = [vocab[token] for token in FILL_IN]

    def encode(self, documents: list[list[str | None]]) -> list[list[int]]:
        """Ids of documents in pieces, each with the end of text after it."""
        texts = [piece for pieces in documents for piece in pieces if piece is not None]
        encoded = iter(self._tokenizer.encode_batch_fast(texts, add_special_tokens=False))
        streams = []
        for pieces in documents:
            markers = iter(self._fill_in)
            ids: list[int] = []
            for piece in pieces:
                ids.extend([next(markers)] if piece is None else next(encoded).ids)
            streams.append([*ids, self._end])
        return streams


def batches(records: list[Record]) -> Iterator[list[Record]]:
    for start in range(0, len(records), AT_ONCE):
        yield records[start : start + AT_ONCE]


def encode_corpus(corpus: Path, tokenizer: Path, out: Path, keep: dict[str, float]) -> dict[str, object]:
    """Writes train.bin and heldout.bin; the places of kinds in the latter, and counts, go to tokens.json."""
    encoder, rng = Encoder(tokenizer), random.Random(3)
    out.mkdir(parents=True, exist_ok=True)
    records = [one for one in read_records(corpus / 'train.jsonl') if rng.random() < keep.get(one.kind, 1)]
    rng.shuffle(records)
    counts: Counter[str] = Counter()
    with (out / 'train.bin').open('wb') as file:
        for part in batches(records):
            documents = [(one.kind, document) for one in part for document in documents_of(one, rng)]
            for (kind, _), ids in zip(documents, encoder.encode([document for _, document in documents])):
                np.array(ids, dtype='<u2').tofile(file)
                counts[kind] += len(ids)
    held_out = sorted(read_records(corpus / 'heldout.jsonl'), key=lambda one: one.kind)
    kinds: dict[str, dict[str, int]] = {}
    with (out / 'heldout.bin').open('wb') as file:
        position = 0
        for part in batches(held_out):
            for record, ids in zip(part, encoder.encode([[one.text] for one in part])):
                np.array(ids, dtype='<u2').tofile(file)
                place = kinds.setdefault(record.kind, {'start': position, 'tokens': 0, 'bytes': 0})
                place['tokens'] += len(ids)
                place['bytes'] += len(record.text.encode())
                position += len(ids)
    about = {'vocabulary': encoder.size, 'trainTokens': dict(counts), 'heldout': kinds}
    (out / 'tokens.json').write_text(json.dumps(about, indent=1) + '\n')
    return about


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--corpus', type=Path, required=True)
    parser.add_argument('--tokenizer', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--keep', type=json.loads, default={}, help='JSON: kind to the share of its documents to keep, 1 where not named')
    args = parser.parse_args()
    print(json.dumps(encode_corpus(args.corpus, args.tokenizer, args.out, args.keep), indent=1))


if __name__ == '__main__':
    main()
