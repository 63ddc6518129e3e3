#!/usr/bin/env python3
"""Write Winograd schemas (WSC273) as JSON lines, from the WinoWhy task in BIG-bench's package.

    pip download bigbench==1.0.0 --no-deps --no-binary :all:
    tar xzf bigbench-1.0.0.tar.gz bigbench-1.0.0/bigbench/benchmark_tasks/winowhy/task.json --strip-components=4
    python3 make_winograd.py winowhy/task.json wsc273.jsonl

WinoWhy (Zhang et al. 2020; Apache-2.0 in BIG-bench) asks why a pronoun of a schema stands for what it stands for, so that each
sentence comes with its right answer. The wrong answer is that of the schema's other sentence. Left out are schemas whose other
sentence or pronoun cannot be told for certain; the script says how many.
"""
import argparse, difflib, json, re

QUESTION = re.compile(r"(.*) The '(.*?)' refers to (.*?) because ", re.S)


def sentences(task):
    """Distinct (sentence, pronoun, right answer), in the collection's order."""
    found = []
    for example in task['examples']:
        match = QUESTION.match(example['input'])
        if match and match.groups() not in found:
            found.append(match.groups())
    return found


def is_twin(a, b):
    return a[1].lower() == b[1].lower() and difflib.SequenceMatcher(None, a[0].split(), b[0].split()).ratio() > 0.6


def cased(answer, text):
    """The answer as the sentence writes it, or with its own small letters."""
    found = re.search(rf'\b{re.escape(answer)}\b', text, re.I)
    return found[0] if found else answer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('task')
    parser.add_argument('out')
    options = parser.parse_args()
    with open(options.task, encoding='utf-8') as file:
        all_sentences = sentences(json.load(file))
    schemas, left_out = [], 0
    for i, (text, pronoun, answer) in enumerate(all_sentences):
        near = all_sentences[max(0, i - 2):i] + all_sentences[i + 1:i + 3]
        others = {twin[2] for twin in near if is_twin(twin, all_sentences[i]) and twin[2] != answer}
        places = [match.start() for match in re.finditer(rf'\b{re.escape(pronoun)}\b', text)]
        if len(others) != 1 or len(places) != 1:
            left_out += 1
            continue
        choices = sorted([answer, *others])
        schemas.append({
            'text': text,
            'pronoun': pronoun,
            'pronoun_loc': places[0],
            'options': [cased(choice, text) for choice in choices],
            'label': choices.index(answer),
        })
    with open(options.out, 'w', encoding='utf-8') as file:
        file.writelines(json.dumps(schema, ensure_ascii=False) + '\n' for schema in schemas)
    print(f'{len(schemas)} schemas, {left_out} of {len(all_sentences)} left out')


if __name__ == '__main__':
    main()
