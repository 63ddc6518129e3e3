"""Tokenizer and token streams."""

import json
import random
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import ROOT, Trained
from pretrain.build_corpus import Record, read_records
from pretrain.encode import Encoder, documents_of, pieces_of, plain_tokenizer
from pretrain.parts import join, pack
from pretrain.token_data import TokenStream
from transformers import GPT2TokenizerFast

TEXTS = ['', ' ', 'for (const x of y) {\n  f(x);\n}\n', "it's naïve, 東京 🙂 \x00\x7f", 'a<|endoftext|>b', '\u00a0\u2003x', '  \n\n\t']


def test_the_tokenizer_is_that_of_the_reference_library(trained: Trained) -> None:
    ours = plain_tokenizer(trained.folder)
    fast = GPT2TokenizerFast.from_pretrained(trained.folder)
    texts = [*TEXTS, *(one.text for one in read_records(trained.corpus / 'heldout.jsonl'))]
    for text in texts:
        ids = ours.encode(text, add_special_tokens=False).ids
        assert fast.decode(ids, clean_up_tokenization_spaces=False) == text
        # Special tokens in a text act in theirs, and are text in ours.
        if '<|' not in text:
            assert fast(text)['input_ids'] == ids
    # The older pair of files says the same.
    pair = GPT2TokenizerFast(vocab=str(trained.folder / 'vocab.json'), merges=str(trained.folder / 'merges.txt'))
    assert all(pair(text)['input_ids'] == fast(text)['input_ids'] for text in texts[:50] if '<|' not in text)
    assert fast.eos_token_id == len(fast) - 1 == 1023


def test_the_tokenizer_is_that_of_localghost(trained: Trained) -> None:
    node = ROOT / 'node_modules/node/bin/node'
    if not node.exists():
        pytest.skip('needs "npm ci" in the project')
    for text in ["it's naïve, 東京 🙂", 'const a = 1;\n\n  // <|endoftext|>\n']:
        command = [node, ROOT / 'src/cli/main.ts', 'tokenize', '-m', trained.folder, '--json']
        ended = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        assert json.loads(ended.stdout)['ids'] == plain_tokenizer(trained.folder).encode(text, add_special_tokens=False).ids


def test_fill_in_documents_hold_what_the_text_held() -> None:
    text = ''.join(f'line {i}\n' for i in range(500))
    rng, filled = random.Random(2), 0
    for _ in range(200):
        documents = documents_of(Record('typescript', 'npm:x', text), rng)
        if documents == [[text]]:
            continue
        filled += 1
        whole = ''
        for begins, prefix, follows, suffix, between, middle in documents:
            assert begins is follows is between is None
            assert len(prefix + middle + suffix) <= 2800 and len(middle) <= 1200
            whole += prefix + middle + suffix
        # Nothing is lost, and lines stay whole.
        assert whole == text
        assert all(one[1] + one[5] + one[3] for one in documents)
    assert 70 < filled < 130
    assert documents_of(Record('markdown', 'npm:x', text), rng) == [[text]]


@pytest.mark.parametrize('text', ['', 'short', 'x' * 7000, 'a line\n' * 1000, '\n' * 5000, ('y' * 2799 + '\n') * 2, 'y' * 2800])
def test_pieces_are_short_and_cut_between_lines(text: str) -> None:
    pieces = list(pieces_of(text))
    assert ''.join(pieces) == text
    assert all(0 < len(piece) <= 2800 for piece in pieces if text)
    assert all(piece.endswith('\n') for piece in pieces[:-1] if '\n' in text)


def test_streams_hold_the_documents_and_where_kinds_begin(trained: Trained) -> None:
    about = json.loads((trained.tokens / 'tokens.json').read_text())
    held_out = np.fromfile(trained.tokens / 'heldout.bin', dtype='<u2')
    tokenizer = plain_tokenizer(trained.folder)
    records = sorted(read_records(trained.corpus / 'heldout.jsonl'), key=lambda one: one.kind)
    assert list(about['heldout']) == sorted({one.kind for one in records})
    for kind, place in about['heldout'].items():
        ids = held_out[place['start'] : place['start'] + place['tokens']].tolist()
        texts = [one.text for one in records if one.kind == kind]
        assert [tokenizer.decode(part) for part in split(ids, 1023)] == texts
        assert place['bytes'] == sum(len(text.encode()) for text in texts)
    train = np.fromfile(trained.tokens / 'train.bin', dtype='<u2')
    assert len(train) == sum(about['trainTokens'].values())
    assert np.sum(train == 1020) == np.sum(train == 1021) == np.sum(train == 1022) > 10


def test_held_out_windows_are_of_all_the_stream(tmp_path: Path) -> None:
    np.arange(1001, dtype='<u2').tofile(tmp_path / 'ids.bin')
    stream = TokenStream(tmp_path / 'ids.bin', 10, torch.device('cpu'))
    batches = stream.spread(7, 4)
    assert [len(inputs) for inputs, _ in batches] == [4, 3]
    starts = [row[0].item() for inputs, _ in batches for row in inputs]
    assert starts[0] == 0 and starts[-1] > 800 and starts == sorted(set(starts))
    assert all((targets == inputs + 1).all() for inputs, targets in batches)
    assert sum(len(inputs) for inputs, _ in stream.spread(10_000, 64)) == stream.windows


def split(ids: list[int], end: int) -> list[list[int]]:
    parts: list[list[int]] = [[]]
    for one in ids:
        if one == end:
            parts.append([])
        else:
            parts[-1].append(one)
    return parts[:-1]


def test_special_tokens_in_a_document_are_text(trained: Trained) -> None:
    [ids] = Encoder(trained.folder).encode([['a<|endoftext|>b<|fim_middle|>']])
    assert ids[-1] == 1023 and all(one < 1020 for one in ids[:-1])


def test_batches_hang_on_the_step_alone_and_cover_the_stream(tmp_path: Path) -> None:
    np.arange(1000, dtype='<u2').tofile(tmp_path / 'x.bin')
    stream = TokenStream(tmp_path / 'x.bin', 16, 'cpu')
    first = [stream.batch(step, 4) for step in range(40)]
    again = TokenStream(tmp_path / 'x.bin', 16, 'cpu')
    for step in (39, 3, 17):
        assert all((a == b).all() for a, b in zip(first[step], again.batch(step, 4)))
    for inputs, targets in first:
        assert inputs.shape == targets.shape == (4, 16) and (inputs + 1 == targets).all()
    epoch = [start for inputs, _ in first for start in inputs[:, 0].tolist()][: stream.windows]
    assert len(set(epoch)) == stream.windows == 61
    assert max(targets.max().item() for _, targets in first) <= 999


def test_parts_travel_and_come_together_or_say_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / 'train.bin'
    random.Random(1)
    np.random.default_rng(1).integers(0, 500, 200_000).astype('<u2').tofile(file)
    for compress in (True, False):
        out = tmp_path / f'parts-{compress}'
        made = pack(file, out, 50_000, compress)
        assert all(part.stat().st_size <= 50_000 for part in made)
        assert (sum(part.stat().st_size for part in made) < file.stat().st_size * 0.7) == compress
        first, second = out / 'first', out / 'second'
        first.mkdir()
        second.mkdir()
        for i, part in enumerate(made):
            part.rename((first if i % 2 else second) / part.name)
        [joined] = join([first, second], tmp_path / f'joined-{compress}')
        assert joined.read_bytes() == file.read_bytes()
        damaged = next(iter(sorted(first.glob('train.bin*.0*'))))
        content = bytearray(damaged.read_bytes())
        content[100] ^= 1
        damaged.write_bytes(content)
        with pytest.raises(SystemExit, match='is damaged: bring it again'):
            join([first, second], tmp_path / 'bad')
        damaged.unlink()
        with pytest.raises(SystemExit, match='is missing: bring it too'):
            join([first, second], tmp_path / 'bad')
        assert not (tmp_path / 'bad' / 'train.bin').exists()
