"""Learn a byte-level BPE vocabulary with GPT-2's pre-tokenizer, and write it in GPT-2's own files.

    python3 -m pretrain.train_tokenizer --corpus corpus/train.jsonl --vocabulary 16384 --out model
"""

import argparse
import json
import random
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from .build_corpus import read_records

END_OF_TEXT = '<|endoftext|>'
# Names of Bavarian et al. 2022. The end of text is the last id, as in GPT-2.
FILL_IN = ('<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>')


def train_tokenizer(texts: Iterable[str], vocabulary: int) -> Tokenizer:
    """A tokenizer of exactly so many tokens, the special ones last, or of fewer where the texts have no more."""
    specials = [*FILL_IN, END_OF_TEXT]
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(specials),
        min_frequency=2,
        max_token_length=40,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    learner.train_from_iterator(texts, trainer)
    learned = json.loads(learner.to_str())['model']
    merges = [tuple(pair) for pair in learned['merges']]
    size = len(learned['vocab'])
    vocab = learned['vocab'] | {token: size + i for i, token in enumerate(specials)}
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(specials)
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """tokenizer.json, vocab.json, merges.txt and tokenizer_config.json."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / 'tokenizer.json'))
    tokenizer.model.save(str(folder))
    named = {f'{which}_token': END_OF_TEXT for which in ('bos', 'eos', 'unk')}
    config = {'tokenizer_class': 'GPT2Tokenizer', **named, 'add_prefix_space': False, 'model_max_length': 1024}
    (folder / 'tokenizer_config.json').write_text(json.dumps(config, indent=1) + '\n')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--corpus', type=Path, required=True)
    parser.add_argument('--vocabulary', type=int, default=16_384)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--share', type=float, default=0.5, help='of the documents that is read')
    args = parser.parse_args()
    rng = random.Random(7)
    texts = (record.text for record in read_records(args.corpus) if rng.random() < args.share)
    tokenizer = train_tokenizer(texts, args.vocabulary)
    save_tokenizer(tokenizer, args.out)
    print(f'{tokenizer.get_vocab_size()} tokens')


if __name__ == '__main__':
    main()
