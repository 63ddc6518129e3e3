"""Write the card of a trained model: its shape, data, licences, compute, results and limits.

    python3 -m pretrain.card --name localghost-50m --model run --corpus corpus/corpus.json --machine "one H100" \\
        --evaluation evaluation.json --baseline nano.json > run/README.md
"""

import argparse
import json
from math import prod
from pathlib import Path

from safetensors import safe_open

LIMITS = (
    'Text is often wrong, sometimes reproduces what it was trained on, and carries the habits of its sources. '
    'Do not rely on it for facts.'
)


def parameters_of(folder: Path) -> int:
    with safe_open(folder / 'model.safetensors', 'pt') as weights:
        return sum(prod(weights.get_slice(name).get_shape()) for name in weights.keys())


def results_table(evaluation: dict[str, dict[str, float]], baseline: dict[str, dict[str, float]]) -> list[str]:
    lines = ['| kind | bits a byte | localghost-nano | bytes |', '| --- | --- | --- | --- |']
    for kind, result in evaluation.items():
        before = f'{baseline[kind]["bitsPerByte"]:.3f}' if kind in baseline else ''
        lines.append(f'| {kind} | {result["bitsPerByte"]:.3f} | {before} | {result["bytes"]:,} |')
    return lines


def card(name: str, folder: Path, corpus: dict, machine: str, evaluation: dict, baseline: dict) -> str:
    config = json.loads((folder / 'config.json').read_text())
    last = json.loads((folder / 'log.jsonl').read_text().splitlines()[-1])
    licences = {key: names for key, names in corpus['licences'].items() if key != 'left out'}
    characters = corpus['characters']['train']
    shape = (
        f'{config["n_layer"]} layers, width {config["n_embd"]}, {config["n_head"]} heads, context {config["n_positions"]}, '
        f'vocabulary {config["vocab_size"]:,}, {parameters_of(folder):,} parameters, float16'
    )
    compute = (
        f'{last["tokens"] / 1e6:,.0f} million tokens ({last["epochs"]:.1f} times the corpus), {last["seconds"] / 60:.0f} minutes on {machine}; '
        'Muon and AdamW, annealed'
    )
    mixture = ', '.join(f'{kind} {count / 1e6:.1f} MB' for kind, count in sorted(characters.items(), key=lambda one: -one[1]))
    return '\n'.join(
        [
            f'# {name}',
            '',
            '| | |',
            '| --- | --- |',
            f'| architecture | GPT-2 (`GPT2LMHeadModel`): {shape} |',
            f'| training | {compute} |',
            f'| held-out loss | {last["heldOut"]:.3f} nats a token |',
            f'| end of text | `<|endoftext|>`, id {config["eos_token_id"]} |',
            '| filling in | `<|fim_prefix|>` before `<|fim_suffix|>` after `<|fim_middle|>` |',
            '',
            '## Results',
            'On whole packages that were held out.',
            '',
            *results_table(evaluation, baseline),
            '',
            '## Data',
            f'{mixture}. Texts with secrets or personal data, generated ones and near-duplicates were left out.',
            *([f'Descriptions of the package index of Debian {corpus["debian"]}, with their translations.'] if corpus.get('debian') else []),
            '',
            *[f'* {licence}: {", ".join(names)}' for licence, names in sorted(licences.items(), key=lambda one: -len(one[1]))],
            '',
            '## Limits',
            LIMITS,
            '',
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--name', required=True)
    parser.add_argument('--model', type=Path, required=True)
    parser.add_argument('--corpus', type=Path, required=True)
    parser.add_argument('--machine', required=True)
    parser.add_argument('--evaluation', type=Path, required=True)
    parser.add_argument('--baseline', type=Path)
    args = parser.parse_args()
    evaluation, corpus = (json.loads(path.read_text()) for path in (args.evaluation, args.corpus))
    baseline = json.loads(args.baseline.read_text()) if args.baseline else {}
    print(card(args.name, args.model, corpus, args.machine, evaluation, baseline), end='')


if __name__ == '__main__':
    main()
