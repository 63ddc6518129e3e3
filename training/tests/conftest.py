"""What several tests share: archives as the registries have them, and a model that was trained end to end."""

import io
import json
import os
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

# Threads that wait for each other by spinning cost more here than they bring, the more so on a busy machine.
os.environ['OMP_NUM_THREADS'] = '1'

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'training'))

from pretrain import build_corpus, encode, train, train_tokenizer  # noqa: E402


def npm_archive(path: Path, files: dict[str, str], licence: object = 'MIT') -> Path:
    """A tarball as `npm pack` makes it."""
    with tarfile.open(path, 'w:gz') as tar:
        for name, text in {'package.json': json.dumps({'license': licence}), **files}.items():
            content = text.encode()
            info = tarfile.TarInfo(f'package/{name}')
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def wheel(path: Path, files: dict[str, str], metadata: str = 'License-Expression: MIT') -> Path:
    with zipfile.ZipFile(path, 'w') as archive:
        archive.writestr('thing-1.dist-info/METADATA', f'Metadata-Version: 2.1\nName: thing\n{metadata}\n')
        for name, text in files.items():
            archive.writestr(name, text)
    return path


class Trained(NamedTuple):
    folder: Path
    corpus: Path
    tokens: Path
    arguments: list[str]


@pytest.fixture(scope='session')
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """This project's own sources as packages, from archives to a tiny model, in the steps that a real run has."""
    work = tmp_path_factory.mktemp('trained')
    archives = work / 'archives'
    archives.mkdir()
    sources = sorted((ROOT / 'src').rglob('*.ts'))
    for i in range(12):
        files = {str(path.relative_to(ROOT)): path.read_text() for path in sources[i::12]}
        npm_archive(archives / f'npm+package-{i}+1.0.0.tgz', files)
    scripts = {str(path.relative_to(ROOT)): path.read_text() for path in (ROOT / 'training').rglob('*.py')}
    wheel(archives / 'pypi+scripts+1.0.0.whl', scripts)

    run_main(build_corpus, ['--archives', archives, '--out', work / 'corpus'])
    # Of so few packages none need be held out by its hash.
    split_for_test(work / 'corpus')
    run_main(train_tokenizer, ['--corpus', work / 'corpus/train.jsonl', '--vocabulary', 1024, '--out', work / 'run', '--share', 1])
    run_main(encode, ['--corpus', work / 'corpus', '--tokenizer', work / 'run', '--out', work / 'tokens'])
    shape = ['--layers', 2, '--width', 64, '--heads', 2, '--context', 64, '--batch', 8, '--micro', 4]
    arguments = [str(one) for one in ['--data', work / 'tokens', '--out', work / 'run', *shape, '--minutes', 5, '--steps', 60]]
    train.main(arguments)
    return Trained(work / 'run', work / 'corpus', work / 'tokens', arguments)


def split_for_test(corpus: Path) -> None:
    records = [*build_corpus.read_records(corpus / 'train.jsonl'), *build_corpus.read_records(corpus / 'heldout.jsonl')]
    for split, held_out in (('heldout', True), ('train', False)):
        chosen = [one for one in records if (one.source in ('npm:package-3', 'pypi:scripts')) == held_out]
        (corpus / f'{split}.jsonl').write_text(''.join(json.dumps(one._asdict()) + '\n' for one in chosen))


def run_main(module: object, arguments: list[object]) -> None:
    """Runs a script as from the command line."""
    before = sys.argv
    sys.argv = ['script', *map(str, arguments)]
    try:
        module.main()
    finally:
        sys.argv = before
