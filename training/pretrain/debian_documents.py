"""Summaries, questions and translations out of Debian's package index, in the forms that Localghost's prompts ask in.

The Debian release is the one that the records of bench/tasks are not in (see heldout/make_records.py).
"""

import random
import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from heldout.debian_index import paragraphs

LANGUAGES = ('fr', 'de', 'es')
SHORTEST_BODY = 120
LONGEST_SENTENCE = 400


class Index(Protocol):
    """What is used of heldout.debian_index.Suite."""

    def packages(self) -> list[dict[str, str]]: ...
    def descriptions(self, language: str) -> list[tuple[str, str, str]]: ...


class Document(NamedTuple):
    kind: str
    """The package that it is about, which is held out or learned from as a whole."""
    package: str
    text: str


class Described(NamedTuple):
    package: str
    short: str
    paragraphs: list[str]


def debian_documents(index: Index, rng: random.Random) -> Iterator[Document]:
    english = {digest: Described(package, *paragraphs(text)) for package, digest, text in index.descriptions('en')}
    facts = {fields['Package']: fields for fields in index.packages()}
    seen: set[str] = set()
    for described in english.values():
        body = ' '.join(described.paragraphs)
        # Packages of one source describe themselves with the same words.
        if len(body) < SHORTEST_BODY or body[:160] in seen:
            continue
        seen.add(body[:160])
        yield Document('summary', described.package, f'{body}\nTL;DR: {described.short}\n')
        yield Document('question', described.package, questions(described, body, facts.get(described.package, {}), rng))
    for language in LANGUAGES:
        yield from translations(index, english, language, rng)


def questions(described: Described, body: str, fields: dict[str, str], rng: random.Random) -> str:
    """A passage of facts, and up to four questions whose answers are in it."""
    package, short, _ = described
    section = fields.get('Section', '').split('/')[-1]
    depends = re.sub(r' \([^)]*\)|:any', '', fields.get('Depends', '')).split(' | ')[0][:120]
    stated = [(f'The package {package} is {short[:1].lower() + short[1:]}.', f'What is {package}?', short)]
    stated += [(f'It is in the section {section}.', f'In which section is {package}?', section)] if section else []
    if homepage := fields.get('Homepage'):
        stated.append((f'Its home page is {homepage}.', 'Where is its home page?', homepage))
    if depends:
        stated.append((f'It depends on {depends}.', f'What does {package} depend on?', depends))
    asked = [(question, answer) for _, question, answer in stated] + [('What is the name of the package?', package)]
    rng.shuffle(asked)
    lines = ''.join(f'Q: {question}\nA: {answer}\n' for question, answer in asked[:4])
    return f'{" ".join(fact for fact, _, _ in stated)} {body}\n\n{lines}'


def translations(index: Index, english: dict[str, Described], language: str, rng: random.Random) -> Iterator[Document]:
    """Pairs `english = other`, three to ten a document, some the other way round; those of a package stay together."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    used: set[str] = set()
    for _, digest, text in index.descriptions(language):
        described = english.get(digest)
        if not described:
            continue
        short, others = paragraphs(text)
        found = [(described.short, short)]
        if len(others) == len(described.paragraphs):
            found += [(a, b) for a, b in zip(described.paragraphs, others) if len(a) < LONGEST_SENTENCE]
        for ours, theirs in found:
            if ours and theirs and ours != theirs and ours not in used and '<trans>' not in theirs:
                used.add(ours)
                pairs.setdefault(described.package, []).append((ours, theirs))
    packages = list(pairs)
    rng.shuffle(packages)
    while packages:
        wanted, lines, first = rng.randint(3, 10), [], packages[-1]
        turned = rng.random() < 0.4
        while packages and len(lines) < wanted:
            lines += [f'{b} = {a}' if turned else f'{a} = {b}' for a, b in pairs[packages.pop()]]
        # Pairs of several packages make a document; it is the first one's, as far as holding out goes.
        yield Document('translation', first, '\n'.join(lines) + '\n')
