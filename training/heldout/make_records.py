#!/usr/bin/env python3
"""Make records that the embedded model has not seen, of the kinds that it was trained on.

It was trained on Debian 12's package index. These come from packages of Debian 13 (and, where there are not enough
translations, of the development suite) whose names are not in Debian 12 and whose texts share no eight words in a row
with any description there, in English or in the translation's language. No two records of a file share such a run
either. The order is that of a hash of the package's name, so that the same index gives the same records.

    python3 training/heldout/make_records.py --cache /some/folder --out bench/tasks/records
"""
import argparse, collections, hashlib, json, os, re
from debian_index import Suite, paragraphs

SUMMARIES, QUESTIONS, PAIRS = 200, 200, 100
# Examples for prompts, never measured on: short, so that five of them leave room in a context of 512 tokens.
EXAMPLES = 5
LANGUAGES = ('fr', 'de', 'es')
# Words in a row that count as having been seen (Radford et al. 2019 use eight as well).
RUN = 8
# A pair to translate has as many words in English.
LEAST_WORDS = 4
# A source package gives at most so many pairs; of new Spanish ones there are few.
PAIRS_EACH = {'fr': 2, 'de': 2, 'es': 8}
# Of one section of the archive at most this share, or families of libraries would be half of all.
LARGEST_SHARE = 0.12
# Its documentation was in the training set's npm packages, perhaps with the same words.
LEFT_OUT_SECTIONS = {'javascript', 'debug', 'localization', 'oldlibs', 'metapackages'}


def words(text):
    return re.findall(r'\w+', text.lower())


def runs(text):
    found = words(text)
    return {' '.join(found[i:i + RUN]) for i in range(len(found) - RUN + 1)}


def plain(text):
    return ' '.join(words(text))


class Seen:
    """What Debian 12 says anywhere: whole texts, and every run of words."""

    def __init__(self, texts=()):
        self.whole, self.runs = set(), set()
        for text in texts:
            self.add(text)

    def add(self, text):
        self.whole.add(plain(text))
        self.runs |= runs(text)

    def knows(self, text):
        return plain(text) in self.whole or not runs(text).isdisjoint(self.runs)


def every_text(description):
    short, paras = paragraphs(description)
    return [short, *paras, ' '.join(paras)]


def by_hash(items, key):
    return sorted(items, key=lambda item: hashlib.sha256(key(item).encode()).digest())


def new_packages(suite, old_names, seen):
    """Packages with a description of their own that Debian 12 does not have, one a source package, in hash order."""
    english = {md5: text for _, md5, text in suite.descriptions('en')}
    sources = set()
    for fields in by_hash(suite.packages(), lambda fields: fields['Package']):
        name = fields['Package']
        source = fields.get('Source', name).split(' ')[0]
        description = english.get(fields.get('Description-md5', ''))
        if not description or name in old_names or source in old_names or source in sources:
            continue
        section = fields.get('Section', '').split('/')[-1]
        short, paras = paragraphs(description)
        body = ' '.join(paras)
        if section in LEFT_OUT_SECTIONS or not 120 <= len(body) <= 1000 or len(words(short)) < 3:
            continue
        if any(seen.knows(text) for text in (short, body, *paras)):
            continue
        sources.add(source)
        yield {'name': name, 'section': section, 'short': short, 'body': body, 'fields': fields}


def spread(packages, count):
    """The first `count` of them that keep every section at most its share, and share no run of words."""
    taken, sections, own = [], collections.Counter(), Seen()
    for package in packages:
        if sections[package['section']] >= LARGEST_SHARE * count or own.knows(package['body']):
            continue
        own.add(package['body'])
        sections[package['section']] += 1
        taken.append(package)
        if len(taken) == count:
            return taken
    raise SystemExit(f'Only {len(taken)} packages are new, and not {count}.')


def split(records, count, length):
    """(examples, records): the examples are the shortest of all."""
    shortest = {record['id'] for record in sorted(records, key=lambda record: (length(record), record['id']))[:EXAMPLES]}
    examples = [record for record in records if record['id'] in shortest]
    return examples, [record for record in records if record['id'] not in shortest][:count]


def summary(package):
    return {'id': package['name'], 'input': package['body'], 'output': package['short']}


def dependencies(fields):
    return re.sub(r' \([^)]*\)|:any', '', fields.get('Depends', '')).split(' | ')[0]


def question(package, at):
    """A passage as in the training corpus, and one of the questions that it answers, each kind in turn."""
    name, short, fields = package['name'], package['short'], package['fields']
    section, home = package['section'], fields['Homepage']
    maintainer, depends = re.sub(r' <.*', '', fields['Maintainer']), dependencies(fields)
    facts = (f'The package {name} is {short[:1].lower() + short[1:]}. It is in the section {section}. Its home page is {home}. '
             f'It is maintained by {maintainer}. It depends on {depends}.')
    kind, asked, answer = [
        ('what', f'What is {name}?', short),
        ('name', 'What is the name of the package?', name),
        ('home', 'Where is its home page?', home),
        ('section', f'In which section is {name}?', section),
        ('maintainer', f'Who maintains {name}?', maintainer),
        ('depends', f'What does {name} depend on?', depends),
    ][at % 6]
    return {'id': name, 'kind': kind, 'input': f"{facts} {package['body']}", 'question': asked, 'output': answer}


def pairs(suite, language, old_names, seen_english, seen_other, count):
    """Summaries and paragraphs that are new in both languages, in hash order; `count` holds how many a source package gave."""
    english = {md5: paragraphs(text) for _, md5, text in suite.descriptions('en')}
    sources = {fields['Package']: fields.get('Source', fields['Package']).split(' ')[0] for fields in suite.packages()}
    for name, md5, text in by_hash(suite.descriptions(language), lambda entry: entry[0] + entry[1]):
        if name in old_names or md5 not in english:
            continue
        short, paras = paragraphs(text)
        both = [(english[md5][0], short)]
        if len(paras) == len(english[md5][1]):
            both += zip(english[md5][1], paras)
        for a, b in both:
            if not (LEAST_WORDS <= len(words(a)) and len(a) <= 300 and b) or plain(a) == plain(b) or '<trans' in b or '@' in a:
                continue
            source = sources.get(name, name)
            if seen_english.knows(a) or seen_other.knows(b) or count[source] == PAIRS_EACH[language]:
                continue
            count[source] += 1
            yield {'id': f'{name}/{count[source]}', 'english': a, 'translation': b}


def distinct(records):
    own = Seen()
    for record in records:
        if own.knows(record['english']):
            continue
        own.add(record['english'])
        yield record


def write(folder, name, records):
    with open(os.path.join(folder, name), 'w', encoding='utf-8', newline='\n') as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + '\n')
    print(f'{name}: {len(records)}')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--out', required=True, help='folder for the records')
    parser.add_argument('--cache', required=True, help='folder that keeps the fetched index files')
    parser.add_argument('--mirror', default='http://deb.debian.org/debian')
    parser.add_argument('--security-mirror', default='http://deb.debian.org/debian-security')
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)

    old = [Suite(name, options.mirror, options.cache) for name in ('bookworm', 'bookworm-updates')]
    old.append(Suite('bookworm-security', options.security_mirror, options.cache))
    new, development = (Suite(name, options.mirror, options.cache) for name in ('trixie', 'sid'))

    old_names = set()
    for suite in old:
        for fields in suite.packages():
            old_names |= {fields['Package'], fields.get('Source', fields['Package']).split(' ')[0]}
    seen = Seen(text for suite in old for name, _, full in suite.descriptions('en') for text in every_text(full))

    fresh = list(new_packages(new, old_names, seen))
    print(f'{len(fresh)} new packages of {new.name}')
    chosen = spread(fresh, SUMMARIES + EXAMPLES)
    examples, records = split([summary(package) for package in chosen], SUMMARIES, lambda record: len(record['input']))
    write(options.out, 'summaries.jsonl', records)
    write(options.out, 'summaries.examples.jsonl', examples)

    used = {package['name'] for package in chosen}
    asked = spread([package for package in fresh if package['name'] not in used and answerable(package)], QUESTIONS + EXAMPLES)
    examples, records = split([question(package, at) for at, package in enumerate(asked)], QUESTIONS, lambda record: len(record['input']))
    write(options.out, 'questions.jsonl', records)
    write(options.out, 'questions.examples.jsonl', examples)

    for language in LANGUAGES:
        seen_other = Seen(text for suite in old for _, _, full in suite.descriptions(language) for text in every_text(full))
        count = collections.Counter()
        found = list(distinct(pair for suite in (new, development) for pair in pairs(suite, language, old_names, seen, seen_other, count)))
        examples, records = split(found[:PAIRS + EXAMPLES], PAIRS, lambda record: len(record['english']))
        write(options.out, f'translations-{language}.jsonl', records)
        write(options.out, f'translations-{language}.examples.jsonl', examples)

    sources = [{'suite': suite.name, 'date': suite.date, 'sha256': suite.used} for suite in (*old, new, development)]
    with open(os.path.join(options.out, 'sources.json'), 'w', encoding='utf-8', newline='\n') as file:
        file.write(json.dumps(sources, indent=2) + '\n')


def answerable(package):
    fields = package['fields']
    return 'Homepage' in fields and 'Maintainer' in fields and 0 < len(dependencies(fields)) <= 120


if __name__ == '__main__':
    main()
