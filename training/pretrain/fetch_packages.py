"""Fetch the packages of packages.tsv with the registries' own clients; what is there already is not fetched again.

    python3 -m pretrain.fetch_packages --out archives [--only NAME …] [--sample N]

npm's archives come from `npm pack`, PyPI's wheels from `pip download --no-deps`: neither runs code of a package.
"""

import argparse
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

LIST = Path(__file__).parent / 'packages.tsv'
AT_ONCE = 4


class Package(NamedTuple):
    registry: str
    name: str
    version: str

    @property
    def file_name(self) -> str:
        """The name of its archive here; npm's scopes have a slash."""
        end = 'tgz' if self.registry == 'npm' else 'whl'
        return f'{self.registry}+{self.name.replace("/", "+")}+{self.version}.{end}'


def read_packages(path: Path = LIST) -> list[Package]:
    return [Package(*line.split('\t')) for line in path.read_text().splitlines()]


def package_of(archive: Path) -> Package:
    """The package that an archive is named for."""
    registry, *name, version = archive.name.removesuffix(archive.suffix).split('+')
    return Package(registry, '/'.join(name), version)


def fetch(package: Package, out: Path) -> bool:
    """Fetch one package; False when the registry has no such archive."""
    target = out / package.file_name
    if target.exists():
        return True
    with tempfile.TemporaryDirectory(dir=out) as folder:
        exact = f'{package.name}@{package.version}' if package.registry == 'npm' else f'{package.name}=={package.version}'
        command = (
            ['npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder, exact]
            if package.registry == 'npm'
            else [sys.executable, '-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '--ignore-requires-python', '--dest', folder, exact]
        )
        ended = subprocess.run(command, capture_output=True, text=True)
        files = list(Path(folder).iterdir())
        if ended.returncode != 0 or len(files) != 1:
            print(f'{exact}: {(ended.stderr.strip().splitlines() or ["no archive"])[-1]}', file=sys.stderr)
            return False
        files[0].rename(target)
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--only', nargs='*', help='names of packages')
    parser.add_argument('--sample', type=int, help='so many of them, the same ones each time')
    args = parser.parse_args()
    packages = [one for one in read_packages() if not args.only or one.name in args.only]
    if args.sample:
        packages = random.Random(1).sample(packages, args.sample)
    args.out.mkdir(parents=True, exist_ok=True)
    # The clients wait for the network most of the time.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        fetched = list(pool.map(lambda one: fetch(one, args.out), packages))
    missing = [one.name for one, is_there in zip(packages, fetched) if not is_there]
    print(f'{len(packages) - len(missing)} of {len(packages)} packages are in {args.out}; missing: {", ".join(missing) or "none"}')


if __name__ == '__main__':
    main()
