"""Pack files to travel in parts, and put them together again; every byte is checked.

    python3 -m pretrain.parts pack FILE … --out DIR [--megabytes 15] [--plain]
    python3 -m pretrain.parts join DIR … --out DIR

A file becomes NAME.xz.000, NAME.xz.001 …, with NAME.json beside them, which has its SHA-256. Weights hardly shrink: --plain
leaves them as they are. What came in several transfers is joined from several folders.
"""

import argparse
import hashlib
import json
import lzma
from pathlib import Path

CHUNK = 1 << 20


def pack(file: Path, out: Path, part_bytes: int, compress: bool) -> list[Path]:
    """Writes the parts of a file and the list of them; returns their paths."""
    out.mkdir(parents=True, exist_ok=True)
    whole, parts, pending = hashlib.sha256(), [], bytearray()
    # Neighbouring ids of two bytes: the filter knows where a number begins.
    filters = [{'id': lzma.FILTER_LZMA2, 'preset': 9 | lzma.PRESET_EXTREME, 'lc': 0, 'lp': 1, 'pb': 1}]
    packer = lzma.LZMACompressor(filters=filters) if compress else None

    def write(content: bytes, last: bool) -> None:
        pending.extend(content)
        while len(pending) >= part_bytes or (last and pending):
            path = out / f'{file.name}{".xz" if compress else ""}.{len(parts):03}'
            path.write_bytes(pending[:part_bytes])
            parts.append({'name': path.name, 'sha256': hashlib.sha256(pending[:part_bytes]).hexdigest()})
            del pending[:part_bytes]

    with file.open('rb') as source:
        while chunk := source.read(CHUNK):
            whole.update(chunk)
            write(packer.compress(chunk) if packer else chunk, False)
    write(packer.flush() if packer else b'', True)
    about = {'file': file.name, 'bytes': file.stat().st_size, 'sha256': whole.hexdigest(), 'xz': compress, 'parts': parts}
    (out / f'{file.name}.json').write_text(json.dumps(about, indent=1) + '\n')
    return [*(out / one['name'] for one in parts), out / f'{file.name}.json']


def join(folders: list[Path], out: Path) -> list[Path]:
    """Puts every file together whose list is in one of the folders; stops at the first wrong or missing part."""
    out.mkdir(parents=True, exist_ok=True)
    joined = []
    for listing in sorted(path for folder in folders for path in folder.glob('*.json')):
        about = json.loads(listing.read_text())
        if not isinstance(about, dict) or 'parts' not in about:
            continue
        name = Path(about['file']).name
        unpacker, whole = lzma.LZMADecompressor() if about['xz'] else None, hashlib.sha256()
        draft = out / f'{name}.part'
        with draft.open('wb') as target:
            for part in about['parts']:
                content = find_part(part['name'], folders).read_bytes()
                if hashlib.sha256(content).hexdigest() != part['sha256']:
                    raise SystemExit(f'{part["name"]} is damaged: bring it again.')
                unpacked = unpacker.decompress(content) if unpacker else content
                whole.update(unpacked)
                target.write(unpacked)
        if whole.hexdigest() != about['sha256']:
            raise SystemExit(f'{name} is not what was packed: bring its parts again.')
        draft.rename(out / name)
        joined.append(out / name)
    return joined


def find_part(name: str, folders: list[Path]) -> Path:
    for folder in folders:
        if (folder / Path(name).name).exists():
            return folder / Path(name).name
    raise SystemExit(f'{name} is missing: bring it too.')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('what', choices=['pack', 'join'])
    parser.add_argument('paths', type=Path, nargs='+')
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--megabytes', type=float, default=15, help='of a part')
    parser.add_argument('--plain', action='store_true')
    args = parser.parse_args()
    if args.what == 'pack':
        for file in args.paths:
            made = pack(file, args.out, int(args.megabytes * (1 << 20)), not args.plain)
            print(f'{file.name}: {file.stat().st_size / 1e6:.1f} MB in {len(made) - 1} parts, {sum(one.stat().st_size for one in made) / 1e6:.1f} MB')
    else:
        for file in join(args.paths, args.out):
            print(f'{file}: whole')


if __name__ == '__main__':
    main()
