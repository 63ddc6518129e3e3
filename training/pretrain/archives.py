"""What an archive of a package holds: its licence, and its texts by kind."""

import json
import re
import tarfile
import zipfile
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath
from typing import NamedTuple

KIND_BY_SUFFIX = {
    **dict.fromkeys(['.ts', '.tsx', '.mts', '.cts'], 'typescript'),
    **dict.fromkeys(['.js', '.jsx', '.mjs', '.cjs'], 'javascript'),
    **dict.fromkeys(['.css', '.scss', '.less'], 'css'),
    **dict.fromkeys(['.html', '.htm', '.vue', '.svelte'], 'html'),
    **dict.fromkeys(['.sh', '.bash'], 'shell'),
    '.py': 'python',
    '.json': 'json',
    '.md': 'markdown',
}
CODE = ('typescript', 'javascript', 'python', 'css', 'html', 'shell')

# Texts under these may be copied with their notice alone.
PERMISSIVE = {'MIT', 'MIT-0', 'ISC', 'APACHE-2.0', 'BSD-2-CLAUSE', 'BSD-3-CLAUSE', '0BSD', 'CC0-1.0', 'UNLICENSE', 'PSF-2.0', 'PYTHON-2.0', 'BLUEOAK-1.0.0', 'ZLIB', 'HPND'}
# What packages write instead of an SPDX identifier.
SPELLINGS = {
    'APACHE 2.0': 'Apache-2.0', 'APACHE2': 'Apache-2.0', 'APACHE-2': 'Apache-2.0', 'APACHE LICENSE 2.0': 'Apache-2.0', 'APACHE LICENSE, VERSION 2.0': 'Apache-2.0',
    'APACHE SOFTWARE LICENSE': 'Apache-2.0', 'MIT LICENSE': 'MIT', 'THE MIT LICENSE': 'MIT', 'BSD': 'BSD-3-Clause', 'BSD LICENSE': 'BSD-3-Clause',
    'BSD 3-CLAUSE LICENSE': 'BSD-3-Clause', 'BSD 3-CLAUSE': 'BSD-3-Clause', 'BSD-3': 'BSD-3-Clause', 'MODIFIED BSD': 'BSD-3-Clause', 'NEW BSD': 'BSD-3-Clause',
    'ISC LICENSE': 'ISC', 'ISC LICENSE (ISCL)': 'ISC', 'PSF': 'PSF-2.0', 'PYTHON SOFTWARE FOUNDATION LICENSE': 'PSF-2.0',
}
LARGEST_FILE = 2_000_000
SKIPPED = re.compile(r'(^|/)(node_modules|vendor|third[_-]?party|bundled)/|\.min\.|(^|/)package-lock\.json$|(^|/)(coverage|__snapshots__)/')


class Text(NamedTuple):
    kind: str
    path: str
    text: str


class Contents(NamedTuple):
    """`licence` is an SPDX identifier, or None where it is not one of the permissive ones."""

    licence: str | None
    stated: str
    texts: Iterator[Text]


def open_archive(path: Path) -> Contents:
    """Reads an archive of npm or of PyPI; the texts come as they are asked for."""
    files = files_of(path)
    stated = npm_licence(files) if path.suffix == '.tgz' else wheel_licence(files)
    return Contents(permissive(stated), stated, texts_of(files))


def files_of(path: Path) -> dict[str, bytes]:
    """Contents by path, without the folder that npm puts all in; links and what is too large are left out."""
    files = {}
    if path.suffix == '.tgz':
        with tarfile.open(path) as tar:
            for member in tar:
                if member.isfile() and member.size <= LARGEST_FILE * 4 and '/' in member.name:
                    files[member.name.split('/', 1)[1]] = tar.extractfile(member).read()
    else:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if not info.is_dir() and info.file_size <= LARGEST_FILE:
                    files[info.filename] = archive.read(info)
    return files


def npm_licence(files: dict[str, bytes]) -> str:
    try:
        stated = json.loads(files.get('package.json', b'{}')).get('license') or ''
    except ValueError:
        return ''
    return stated.get('type', '') if isinstance(stated, dict) else str(stated)


def wheel_licence(files: dict[str, bytes]) -> str:
    metadata = next((text for name, text in files.items() if re.fullmatch(r'[^/]+\.dist-info/METADATA', name)), b'')
    fields = HeaderParser().parsestr(metadata.decode(errors='replace'))
    classified = [one.split(' :: ')[-1] for one in fields.get_all('Classifier', []) if one.startswith('License :: OSI')]
    # Where the field holds the licence's whole text, the classifiers say which it is.
    return fields.get('License-Expression') or ' AND '.join(classified) or (fields.get('License') or '').strip().split('\n')[0]


def permissive(stated: str) -> str | None:
    """The identifier of a licence that is permissive; of a choice, one that is; of several together, all must be."""
    for choice in re.split(r'\s+OR\s+', stated.strip('() '), flags=re.I):
        parts = [SPELLINGS.get(part.strip('() ').upper(), part.strip('() ')) for part in re.split(r'\s+AND\s+', choice, flags=re.I)]
        if all(part.upper() in PERMISSIVE for part in parts):
            return ' AND '.join(parts)
    return None


def texts_of(files: dict[str, bytes]) -> Iterator[Text]:
    """Original sources first: those inside source maps, then TypeScript, then what may be made from it."""
    for name, content in files.items():
        if name.endswith('.map') and not SKIPPED.search(name):
            yield from mapped_sources(content)
    for name in sorted(files, key=rank):
        kind = kind_of(name)
        if kind is None or len(files[name]) > LARGEST_FILE or SKIPPED.search(name):
            continue
        try:
            yield Text(kind, name, files[name].decode())
        except UnicodeDecodeError:
            continue


def mapped_sources(content: bytes) -> Iterator[Text]:
    try:
        parsed = json.loads(content)
        sources = list(zip(parsed.get('sources') or [], parsed.get('sourcesContent') or []))
    except (ValueError, AttributeError, TypeError):
        return
    for name, text in sources:
        if not isinstance(name, str) or not isinstance(text, str) or SKIPPED.search(name):
            continue
        path = re.sub(r'^(\.\./|\./|webpack:/+|[^/]*://)+', '', name)
        kind = kind_of(path)
        if kind in CODE:
            yield Text(kind, path, text)


def kind_of(name: str) -> str | None:
    """Declarations are a kind of their own: there are many, and they are alike."""
    if re.search(r'\.d\.[mc]?ts$', name):
        return 'types'
    return KIND_BY_SUFFIX.get(PurePosixPath(name).suffix.lower())


def rank(name: str) -> tuple[int, str]:
    kinds = ['typescript', 'python', 'css', 'html', 'shell', 'javascript', 'types', 'markdown', 'json']
    kind = kind_of(name)
    return (kinds.index(kind) if kind in kinds else len(kinds), name)
