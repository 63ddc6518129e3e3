"""Debian's package index as Python reads it: fetched once, checked against the release file, and parsed."""
import bz2, hashlib, lzma, os, re, urllib.request


class Suite:
    """One release of Debian, such as `trixie`, or an addition to one, such as `bookworm-updates`."""

    def __init__(self, name, mirror, cache):
        self.name, self.mirror, self.cache = name, mirror.rstrip('/'), os.path.join(cache, name)
        os.makedirs(self.cache, exist_ok=True)
        release = self._fetch('Release').decode()
        self.date = re.search(r'^Date: (.*)$', release, re.M).group(1)
        sums = release.partition('\nSHA256:\n')[2]
        self._sums = {path: (digest, int(size)) for digest, size, path in re.findall(r'^ (\w{64}) +(\d+) (\S+)$', sums, re.M)}
        self.used = {}

    def packages(self):
        return list(stanzas(self._index('main/binary-amd64/Packages')))

    def descriptions(self, language):
        """(package, md5 of the English description, description) of each entry; none where the suite has no such file."""
        if not any(f'main/i18n/Translation-{language}.{end}' in self._sums for end in ('xz', 'bz2')):
            return []
        return [
            (fields['Package'], fields['Description-md5'], fields[f'Description-{language}'])
            for fields in stanzas(self._index(f'main/i18n/Translation-{language}'))
            if f'Description-{language}' in fields
        ]

    def _index(self, path):
        """The text of an index file, whichever compression the release file names and the mirror still has."""
        for end, unpack in (('xz', lzma.decompress), ('bz2', bz2.decompress)):
            if f'{path}.{end}' not in self._sums:
                continue
            digest, _ = self._sums[f'{path}.{end}']
            packed = self._fetch(f'{path}.{end}')
            if hashlib.sha256(packed).hexdigest() != digest:
                raise SystemExit(f'{self.name}: {path}.{end} is not the file that Release names: remove it from {self.cache} and try again.')
            self.used[f'{path}.{end}'] = digest
            return unpack(packed).decode()
        raise SystemExit(f'{self.name} has no {path}.xz or .bz2.')

    def _fetch(self, path):
        file = os.path.join(self.cache, path.replace('/', '_'))
        if not os.path.exists(file):
            with urllib.request.urlopen(f'{self.mirror}/dists/{self.name}/{path}', timeout=120) as answer:
                content = answer.read()
            with open(file + '.part', 'wb') as out:
                out.write(content)
            os.replace(file + '.part', file)
        with open(file, 'rb') as read:
            return read.read()


def stanzas(text):
    """Yield the fields of each entry; lines that go on with a field keep their line breaks."""
    for block in text.split('\n\n'):
        fields, key = {}, None
        for line in block.split('\n'):
            if line[:1] in (' ', '\t') and key:
                fields[key] += '\n' + line[1:]
            elif ':' in line:
                key, _, value = line.partition(':')
                fields[key] = value.strip()
        if fields.get('Package'):
            yield fields


def paragraphs(description):
    """(summary line, paragraphs without lists): the same cut as the training corpus was made with."""
    short, _, rest = description.partition('\n')
    parts = [re.sub(r'\s*\n\s*', ' ', part).strip() for part in re.split(r'\n\.\n', rest)]
    return short.strip(), [part for part in parts if part and not part.startswith(('*', '-'))]
