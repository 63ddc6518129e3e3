#!/usr/bin/env python3
"""Choose the files that `npm run replay` types: real code of packages that no model here was trained on.

    python3 make_files.py --archives DIR --out ../../bench/replay/files.jsonl

DIR holds the archives named in SOURCES, from `npm pack NAME@VERSION` and `pip download --no-deps --no-binary :all:`.
The split of the training corpus itself cannot be told after the fact (whether a document was held out hangs on random
numbers drawn while the corpus was built), so whole packages outside of it are taken.
"""
import argparse, hashlib, io, json, os, re, tarfile

SOURCES = {  # archive: licence
    'tinybench-6.2.3.tgz': 'MIT', 'superstruct-2.0.2.tgz': 'MIT', 'superjson-2.2.6.tgz': 'MIT', 'tanstack-store-0.11.2.tgz': 'MIT',
    'valtio-2.3.2.tgz': 'MIT', 'mitt-3.0.1.tgz': 'MIT', 'ts-pattern-5.9.2.tgz': 'MIT', 'purify-ts-2.1.4.tgz': 'ISC',
    'semver-7.8.6.tgz': 'ISC', 'debug-4.4.3.tgz': 'MIT', 'qs-6.17.1.tgz': 'BSD-3-Clause', 'fastq-1.20.3.tgz': 'ISC',
    'p-limit-7.3.3.tgz': 'MIT', 'nanoid-5.1.16.tgz': 'MIT', 'fluent-ffmpeg-2.1.3.tgz': 'MIT', 'moment-2.31.0.tgz': 'MIT',
    'normalize.css-8.0.1.tgz': 'MIT', 'animate.css-4.1.1.tgz': 'MIT', 'bulma-1.0.4.tgz': 'MIT', 'water.css-2.1.1.tgz': 'MIT',
    'sanitize.css-13.0.0.tgz': 'CC0-1.0',
    'requests-2.34.2.tar.gz': 'Apache-2.0', 'click-8.5.1.tar.gz': 'BSD-3-Clause', 'attrs-26.1.0.tar.gz': 'MIT', 'flask-3.1.3.tar.gz': 'BSD-3-Clause',
}
LANGUAGES = {'.ts': 'typescript', '.mts': 'typescript', '.js': 'javascript', '.mjs': 'javascript', '.cjs': 'javascript', '.py': 'python', '.json': 'json',
             '.md': 'markdown', '.css': 'css'}
MOST_PER_LANGUAGE, MOST_PER_PACKAGE = 14, 4
LEAST, MOST = 700, 9_000


def files(archive):
    """(path, text) of each text file, original sources out of source maps first."""
    with tarfile.open(archive) as tar:
        for member in tar:
            if not member.isfile() or member.size > 2_000_000:
                continue
            path = member.name.split('/', 1)[1] if '/' in member.name else member.name
            try:
                text = tar.extractfile(member).read().decode()
            except UnicodeDecodeError:
                continue
            if path.endswith('.map'):
                try:
                    maps = json.loads(text)
                except ValueError:
                    continue
                for name, source in zip(maps.get('sources') or [], maps.get('sourcesContent') or []):
                    if source and 'node_modules' not in name:
                        yield re.sub(r'^(\.\./|webpack:///|\./)+', '', name), source
            else:
                yield path, text


def is_written_by_people(path, text):
    lines = text.split('\n')
    return (LEAST <= len(text) <= MOST and not re.search(r'\.min\.|\.d\.|^coverage/|LICENSE|/styles/|^locale/', path) and max(map(len, lines)) < 160 and
            len(text) / len(lines) < 70 and not re.search(r'@generated|sourceMappingURL|__esModule', text))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--archives', required=True)
    parser.add_argument('--out', required=True)
    args = parser.parse_args()
    found, seen = {}, set()
    for archive, licence in SOURCES.items():
        per_language = {}
        for path, text in files(os.path.join(args.archives, archive)):
            text = text.replace('\r\n', '\n')
            language = LANGUAGES.get(os.path.splitext(path)[1])
            digest = hashlib.sha256(re.sub(r'\s+', '', text).encode()).hexdigest()
            if not language or digest in seen or not is_written_by_people(path, text):
                continue
            seen.add(digest)
            per_language.setdefault(language, []).append((digest, path, text))
        source = re.sub(r'\.(tgz|tar\.gz)$', '', archive)
        for language, entries in per_language.items():
            # By hash, so that neither the beginning of the alphabet nor anybody's taste chooses.
            for digest, path, text in sorted(entries)[:MOST_PER_PACKAGE]:
                found.setdefault(language, []).append({'language': language, 'path': path, 'source': source, 'licence': licence, 'text': text, 'digest': digest})
    with open(args.out, 'w') as out:
        for language in sorted(found):
            for entry in sorted(found[language], key=lambda entry: entry['digest'])[:MOST_PER_LANGUAGE]:
                del entry['digest']
                out.write(json.dumps(entry, ensure_ascii=False) + '\n')


if __name__ == '__main__':
    main()
