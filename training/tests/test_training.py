"""A tiny run, end to end: it learns, resumes exactly, and its checkpoint gives equal logits wherever it is loaded."""

import json
import math
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import torch
from conftest import ROOT, Trained
from pretrain import card, evaluate, train
from pretrain.build_corpus import read_records
from pretrain.encode import plain_tokenizer
from pretrain.gpt2 import load_model, save_model
from pretrain.schedule import learning_scale
from transformers import GPT2LMHeadModel

TEXT = 'export function add(a: number, b: number): number {\n  return a + b;\n}\n'


def log_of(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / 'log.jsonl').read_text().splitlines()]


def test_it_learns(trained: Trained) -> None:
    last = log_of(trained.folder)[-1]
    assert last['finished'] and last['step'] == 60 and last['tokens'] == 60 * 8 * 64
    assert last['heldOut'] < math.log(1024) - 0.5


def test_a_run_that_stops_goes_on_exactly_as_one_that_does_not(trained: Trained, tmp_path: Path) -> None:
    out = ['--out', str(tmp_path / 'run')]
    train.main([*trained.arguments, *out, '--call-minutes', '0.00001'])
    stopped = log_of(tmp_path / 'run')[-1]
    assert not stopped['finished'] and 0 < stopped['step'] < 60
    (tmp_path / 'run/state.pt.part').write_bytes(b'half')
    train.main([*trained.arguments, *out])
    assert log_of(tmp_path / 'run')[-1]['step'] == 60
    one, other = load_model(trained.folder), load_model(tmp_path / 'run')
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters()))
    with pytest.raises(SystemExit, match='holds a run of another shape'):
        train.main([*trained.arguments, *out, '--layers', '3'])


def test_the_clock_ends_a_run_annealed(trained: Trained, tmp_path: Path) -> None:
    timed = trained.arguments[: trained.arguments.index('--minutes')]
    train.main([*timed, '--out', str(tmp_path / 'run'), '--minutes', '0.05'])
    last = log_of(tmp_path / 'run')[-1]
    assert last['finished'] and 3 <= last['seconds'] < 30
    assert [learning_scale(1000, done, 0.5) for done in (0.2, 0.5, 0.75, 1)] == [1, 1, 0.5, 0.02]
    assert learning_scale(0, 0, 0.5) == 0.01


def test_a_run_until_a_time_ends_then_with_what_it_has_learned_so_far_in_all_its_calls(trained: Trained, tmp_path: Path) -> None:
    timed = trained.arguments[: trained.arguments.index('--minutes')]
    until = time.time() + 12
    arguments = [*timed, '--out', str(tmp_path / 'run'), '--until', str(until)]
    train.main([*arguments, '--call-minutes', '0.03'])
    train.main(arguments)
    assert until - 1 < time.time() < until + 20
    last = log_of(tmp_path / 'run')[-1]
    assert last['finished'] and last['seconds'] > 2
    with pytest.raises(SystemExit):
        train.main([*arguments, '--batch', '16', '--micro', '6'])



def test_a_rehearsal_says_whether_all_is_well(trained: Trained, capsys: pytest.CaptureFixture[str]) -> None:
    steps = [*trained.arguments, '--rehearsal', '--steps', '40']
    train.main(steps)
    told = capsys.readouterr().out
    assert told.count('well: ') == 4 and 'WRONG' not in told
    with pytest.raises(SystemExit):
        train.main([*steps, '--expect', '1000000000'])
    assert 'WRONG: ' in capsys.readouterr().out


def test_the_checkpoint_gives_equal_logits_in_transformers(trained: Trained) -> None:
    ours, theirs = load_model(trained.folder), GPT2LMHeadModel.from_pretrained(trained.folder, dtype=torch.float32)
    ids = torch.tensor([plain_tokenizer(trained.folder).encode(TEXT).ids])
    with torch.no_grad():
        assert (ours(ids) - theirs(ids).logits).abs().max() < 1e-4


def test_the_checkpoint_gives_equal_logits_in_localghost(trained: Trained, tmp_path: Path) -> None:
    node = ROOT / 'node_modules/node/bin/node'
    if not node.exists():
        pytest.skip('needs "npm ci" in the project')
    folder = tmp_path / 'model'
    shutil.copytree(trained.folder, folder, ignore=shutil.ignore_patterns('state.pt', 'log.jsonl'))
    command = [node, ROOT / 'src/cli/main.ts', 'score', '-m', folder, '--dtype', 'fp32', '--device', 'cpu', '--json', '--logprobs', '5']
    scored = json.loads(subprocess.run(command, input=TEXT.encode(), capture_output=True, check=True).stdout)
    ids = [token['id'] for token in scored['tokens']]
    assert ids == plain_tokenizer(trained.folder).encode(TEXT).ids
    with torch.no_grad():
        expected = load_model(trained.folder)(torch.tensor([ids]))[0].log_softmax(1)
    for position, token in enumerate(scored['tokens'][1:]):
        assert abs(token['logprob'] - expected[position, ids[position + 1]].item()) < 1e-3
    assert len(scored['tokens']) > 15


def test_a_model_is_saved_whole_and_read_back_as_it_was(trained: Trained, tmp_path: Path) -> None:
    model = load_model(trained.folder)
    save_model(model, tmp_path, torch.float32)
    again = load_model(tmp_path)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), again.parameters()))
    assert sorted(path.name for path in tmp_path.iterdir()) == ['config.json', 'model.safetensors']


def test_bits_per_byte_are_those_of_the_whole_text(trained: Trained) -> None:
    model, tokenizer = load_model(trained.folder), plain_tokenizer(trained.folder)
    ids = tokenizer.encode(TEXT).ids[:60]
    with torch.no_grad():
        logits = model(torch.tensor([[1023, *ids[:-1]]]))[0].log_softmax(1)
    expected = -sum(logits[i, one].item() for i, one in enumerate(ids))
    assert abs(evaluate.nats_of(model, ids, 1023) - expected) < 1e-3
    # In windows each token is judged once: a text that repeats costs as much again, or less.
    long = ids * 6
    assert 5 * expected < evaluate.nats_of(model, long, 1023) < 7 * expected
    records = list(read_records(trained.corpus / 'heldout.jsonl'))[:4]
    results = evaluate.evaluate(trained.folder, records, 'cpu')
    assert all(1 < result['bitsPerByte'] < 8 for result in results.values())


def test_the_card_tells_shape_licences_compute_and_results(trained: Trained) -> None:
    corpus = json.loads((trained.corpus / 'corpus.json').read_text())
    results = {'typescript': {'bitsPerByte': 1.234, 'bytes': 1000}}
    text = card.card('tiny', trained.folder, corpus, 'a CPU', results, {'typescript': {'bitsPerByte': 1.5, 'bytes': 1000}})
    parameters = sum(one.numel() for one in load_model(trained.folder).parameters())
    for expected in ('2 layers, width 64', f'{parameters:,} parameters', 'minutes on a CPU', '| typescript | 1.234 | 1.500 | 1,000 |', 'package-0 1.0.0'):
        assert expected in text
