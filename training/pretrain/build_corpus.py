"""Build the corpus: one document a line of train.jsonl or heldout.jsonl, and what it is made of in corpus.json.

    python3 -m pretrain.build_corpus --archives archives --out corpus [--debian bookworm --mirror URL --cache DIR]

Whole packages are held out, by a hash of their names. Left out are packages without a permissive licence, texts with
secrets or personal data, generated and minified ones, and what is nearly the same as a text before it; held-out packages
come first, so that nothing of theirs is learned from elsewhere.
"""

import argparse
import collections
import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from .archives import CODE, open_archive
from .debian_documents import Index, debian_documents
from .fetch_packages import Package, package_of
from .filters import holds_personal_data, holds_secret, is_generated, is_readable
from .near_duplicates import NearDuplicates

# One package in so many is held out.
HELD_OUT = 33
# A large package says much the same in the end.
MOST_CHARACTERS = {**dict.fromkeys(CODE, 2_000_000), 'types': 300_000, 'markdown': 400_000, 'json': 100_000}


class Record(NamedTuple):
    kind: str
    source: str
    text: str


def is_held_out(source: str) -> bool:
    return int.from_bytes(hashlib.sha256(source.encode()).digest()[:4]) % HELD_OUT == 0


class Corpus:
    """Writes documents and counts them, and what was left out and why."""

    def __init__(self, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        self._files = {name: (out / f'{name}.jsonl').open('w') for name in ('heldout', 'train')}
        self._exact: set[bytes] = set()
        self._near = NearDuplicates()
        self.characters = {name: collections.Counter() for name in self._files}
        self.left_out = collections.Counter()

    def add(self, record: Record) -> int:
        """The characters that were added: 0 for a document that is left out."""
        if reason := self._reason_against(record):
            self.left_out[reason] += 1
            return 0
        split = 'heldout' if is_held_out(record.source) else 'train'
        self._files[split].write(json.dumps(record._asdict()) + '\n')
        self.characters[split][record.kind] += len(record.text)
        return len(record.text)

    def close(self) -> None:
        for file in self._files.values():
            file.close()

    def _reason_against(self, record: Record) -> str | None:
        kind, _, text = record
        is_file = kind in MOST_CHARACTERS
        if is_file and not is_readable(text):
            return 'not readable'
        if is_file and is_generated(text):
            return 'generated'
        if holds_secret(text):
            return 'secret'
        if holds_personal_data(text):
            return 'personal data'
        digest = hashlib.sha256(''.join(text.split()).encode()).digest()
        if digest in self._exact:
            return 'same'
        self._exact.add(digest)
        # Descriptions of Debian share their forms; only files are compared for likeness.
        return 'nearly the same' if is_file and not self._near.is_new(text) else None


def add_packages(corpus: Corpus, archives: Iterable[Path], rng: random.Random) -> dict[str, list[str]]:
    """Adds the texts of archives, held-out packages first; the names of those used, by licence."""
    used: dict[str, list[str]] = {}
    for archive in sorted(archives, key=lambda path: (not is_held_out(source_of(package_of(path))), path.name)):
        package = package_of(archive)
        contents = open_archive(archive)
        if contents.licence is None:
            used.setdefault('left out', []).append(f'{package.name} {package.version} ({contents.stated[:60] or "none stated"})')
            continue
        left = dict(MOST_CHARACTERS)
        for kind, path, text in contents.texts:
            if left[kind] > 0:
                # Documents have line feeds, and two spaces for a tab, as the extension's prompts have.
                plain = text.replace('\r\n', '\n').replace('\t', '  ').removeprefix('\ufeff')
                headed = f'// {path}\n{plain}' if kind in CODE and rng.random() < 0.5 else plain
                left[kind] -= corpus.add(Record(kind, source_of(package), headed))
        used.setdefault(contents.licence, []).append(f'{package.name} {package.version}')
    return used


def source_of(package: Package) -> str:
    return f'{package.registry}:{package.name}'


def add_debian(corpus: Corpus, index: Index, rng: random.Random) -> None:
    records = [Record(kind, f'debian:{package}', text) for kind, package, text in debian_documents(index, rng)]
    for record in sorted(records, key=lambda one: not is_held_out(one.source)):
        corpus.add(record)


def read_records(path: Path) -> Iterator[Record]:
    with path.open() as lines:
        for line in lines:
            yield Record(**json.loads(line))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--archives', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--debian', help='a release whose package index is added')
    parser.add_argument('--mirror', help='the address of a Debian mirror')
    parser.add_argument('--cache', help='a folder for the index files')
    args = parser.parse_args()
    rng, corpus = random.Random(1), Corpus(args.out)
    used = add_packages(corpus, [*args.archives.glob('*.tgz'), *args.archives.glob('*.whl')], rng)
    if args.debian:
        if not args.mirror or not args.cache:
            parser.error('--debian needs --mirror and --cache')
        from heldout.debian_index import Suite

        add_debian(corpus, Suite(args.debian, args.mirror, args.cache), rng)
    corpus.close()
    about = {'licences': used, 'characters': corpus.characters, 'leftOut': corpus.left_out, 'debian': args.debian}
    (args.out / 'corpus.json').write_text(json.dumps(about, indent=1) + '\n')
    print(json.dumps({'characters': corpus.characters, 'leftOut': corpus.left_out}, indent=1))


if __name__ == '__main__':
    main()
