#!/usr/bin/env python3
"""Write what the metrics of src/eval must agree with: scores of the public Python implementations on many cases.

    pip install -r training/requirements.txt
    python3 training/metrics/make_references.py --records bench/tasks/records --out test/fixtures/eval
"""
import argparse, importlib.util, json, os, random
import numpy as np
from nltk.stem.porter import PorterStemmer
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU, CHRF
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss
from transformers.data.metrics.squad_metrics import compute_exact, compute_f1, normalize_answer

SEED = 7

ODD = [
    '', ' ', '\n', 'a', 'the', 'A the an', '...', '-', '?!', 'x' * 300, 'word ' * 120,
    'The cat sat on the mat.', 'the cat sat on the mat', 'A cat, the cat & an otter; sat on a mat!', 'theatre anthem a1 a_b the-end',
    "l'été à la plage\u00a0: 3,5 km — 1.000,25 €", 'Größenänderung für Schließfächer ist möglich.', '¿Dónde está la biblioteca? ¡Aquí!',
    'éthe theé the’s a\u0301 \u0130stanbul ΣΊΣΥΦΟΣ \u212aelvin', '日本語のテキスト、です。 中文 测试 한국어', '😀 👩‍👩‍👧 😀.😀,1', 'e\u0301 é', '\ufeffbyte order\u200b mark\ufeff ',
    'tab\tline\nfeed\rreturn\x0bvertical\x0cform\x1cfile\x85next\u2028line\u3000ideographic', 'ends with a dash-\nand goes on', 'ends in dash-\n', 'dash-\n\x1c ',
    '&quot;quoted&quot; &amp;amp; &lt;tag&gt; <skipped>left out', '1,000.5 1-2 3.4.5 a.b v1.2-rc.3 .5 5. ,5 5, x,y 2-', "don't (won't) [can't] {shan't} ~`^_|\\/@#$%*+=<>",
    'https://example.org/a?b=c&d=e#f', 'foo_bar fooBar FOO-BAR 12e-3', 'running runs ran easily flies dying generously', 'run run running easy fly die generous',
    'the the the the', 'b a b a b a', 'a b c d e f g', 'a b c d', 'g f e d c b a', 'a b c', 'b', 'aa bb cc dd', 'one two three four five six seven eight nine ten',
]

WORDS = (
    'skies sky dying lying tying news innings inning outings outing cannings canning howe proceed exceed succeed die dies died ties tied flies fly spied '
    'spy caresses ponies caress cats feed agreed plastered bled motoring sing conflated troubled sized hopping tanned falling hissing fizzed failing filing '
    'happy enjoy enjoyment relational conditional rational valency hesitancy digitizer conformably radically differently vilely analogously vietnamization '
    'predication operator feudalism decisiveness hopefulness callousness formality sensitivity sensibility triplicate formative formalize electricity electrical '
    'hopeful goodness revival allowance inference airliner gyroscopic adjustable defensible irritant replacement adjustment dependent adoption homologous '
    'communism activate angularity effective bowdlerize probate rate cease controll roll geology theology archaeology apology analogi fully hopefully awfully '
    'awful generally finally usually really ally rally y yy yyy yes yeys syzygy toy oats trees ivy troubles private oaten orrery aed eed need seed bed red ing '
    'king being seeing dyeing oxen ox axes wow showing boxed played played quickly abilities ability possibly nobly ably humbly ion onion station passion region '
    'aaa zzz abc123 123abc 4ied xied ied ies aies 1ies ate ated bled bling izing whizzing fuzzed alli balli ralli totally logi ulogi ness ful ouness iviti'
).split()


def write(folder, name, value):
    with open(os.path.join(folder, name), 'w', encoding='utf-8', newline='\n') as file:
        file.write(json.dumps(value, ensure_ascii=True, separators=(',', ':')) + '\n')
    print(name, os.path.getsize(os.path.join(folder, name)))


def read_records(folder, name):
    with open(os.path.join(folder, name), encoding='utf-8') as file:
        return [json.loads(line) for line in file]


def spoil(text, rng):
    """A guess as a model makes it: words lost, repeated, swapped or spelt otherwise."""
    words = text.split(' ')
    for _ in range(rng.randint(0, 6)):
        at = rng.randrange(len(words))
        what = rng.randrange(5)
        if what == 0 and len(words) > 1:
            words.pop(at)
        elif what == 1:
            words.insert(at, rng.choice(words))
        elif what == 2:
            words[at] = words[at].swapcase()
        elif what == 3:
            words[at] = words[at][::-1]
        else:
            rng.shuffle(words)
    return ' '.join(words)


def text_pairs(records, rng):
    pairs = [(text, text) for text in ODD]
    pairs += [(rng.choice(ODD), rng.choice(ODD)) for _ in range(160)]
    for record in rng.sample(read_records(records, 'summaries.jsonl'), 30):
        pairs += [(spoil(record['output'], rng), record['output']), (record['input'][:200], record['output'])]
    for language in ('fr', 'de', 'es'):
        for record in rng.sample(read_records(records, f'translations-{language}.jsonl'), 25):
            pairs += [(spoil(record['translation'], rng), record['translation']), (record['english'], record['translation'])]
    return pairs


def scores_of(rouge):
    return [[score.precision, score.recall, score.fmeasure] for score in (rouge['rouge1'], rouge['rouge2'], rouge['rougeL'])]


def coqa(metric, references, prediction):
    """The official script leaves one reference out in turn, takes the best of the others, and averages."""
    if len(references) == 1:
        return metric(references[0], prediction)
    left = [references[:i] + references[i + 1:] for i in range(len(references))]
    return sum(max(metric(reference, prediction) for reference in others) for others in left) / len(references)


def check_coqa(script, groups):
    """Every case gets the very scores that CoQA's own evaluator gives it."""
    spec = importlib.util.spec_from_file_location('coqa_script', script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for prediction, references in groups:
        official = module.CoQAEvaluator._compute_turn_score(references, prediction)
        ours = {'em': coqa(compute_exact, references, prediction), 'f1': coqa(compute_f1, references, prediction)}
        if any(abs(official[key] - ours[key]) > 1e-12 for key in ours):
            raise SystemExit(f'CoQA\'s script says {official}, and not {ours}, of {prediction!r} and {references!r}')
    print(f'CoQA\'s official script agrees on {len(groups)} cases')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--records', required=True)
    parser.add_argument('--out', required=True)
    parser.add_argument('--coqa-script', help="CoQA's official evaluation script: what stands here for it must agree")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    rng = random.Random(SEED)
    pairs = text_pairs(options.records, rng)

    plain, stemmed = (RougeScorer(['rouge1', 'rouge2', 'rougeL'], use_stemmer=stems) for stems in (False, True))
    write(options.out, 'rouge.json', [
        {'prediction': a, 'reference': b, 'none': scores_of(plain.score(b, a)), 'porter': scores_of(stemmed.score(b, a))} for a, b in pairs
    ])

    # Summaries have a sentence a line. Numbers of their own, so that the other files stay as they are.
    lines = random.Random(SEED)
    summaries = [(lines.sample(ODD, 3), lines.sample(ODD, 3)) for _ in range(60)]
    for record in read_records(options.records, 'summaries.jsonl')[:40]:
        sentences = record['input'].split('. ')
        summaries += [(lines.sample(sentences, min(3, len(sentences))), [spoil(one, lines) for one in sentences[:2]])]
    by_line = RougeScorer(['rougeLsum'], use_stemmer=True)
    write(options.out, 'rougeLsum.json', [
        {'prediction': '\n'.join(a), 'reference': '\n'.join(b), 'score': list(by_line.score('\n'.join(b), '\n'.join(a))['rougeLsum'])}
        for a, b in summaries
    ])

    words = set(WORDS)
    for record in read_records(options.records, 'summaries.jsonl'):
        words |= {word for word in record['input'].lower().split() if word.isascii() and word.isalnum()}
    write(options.out, 'stems.json', {word: PorterStemmer().stem(word) for word in sorted(words)})

    bleu, sentence_bleu, chrf = BLEU(), BLEU(effective_order=True), CHRF()
    write(options.out, 'translation.json', {
        'segments': [
            {
                'prediction': a,
                'reference': b,
                'tokens': bleu.tokenizer(a.rstrip()).split(),
                'bleu': sentence_bleu.sentence_score(a, [b]).score,
                'chrf': chrf.sentence_score(a, [b]).score,
            }
            for a, b in pairs
        ],
        'corpora': [
            {
                'from': start,
                'to': end,
                'bleu': bleu.corpus_score([a for a, _ in pairs[start:end]], [[b for _, b in pairs[start:end]]]).score,
                'chrf': chrf.corpus_score([a for a, _ in pairs[start:end]], [[b for _, b in pairs[start:end]]]).score,
            }
            for start, end in [(0, len(pairs)), (0, 1), (0, 40), (40, 120), (200, 230), (len(pairs) - 150, len(pairs)), (11, 12), (36, 38)]
        ],
    })

    groups = [(prediction, [reference]) for prediction, reference in pairs]
    groups += [(rng.choice(ODD), rng.sample(ODD, rng.randint(2, 4))) for _ in range(60)]
    groups += [(spoil(text, rng), [spoil(text, rng) for _ in range(3)]) for text in rng.sample([b for _, b in pairs[-100:]], 30)]
    if options.coqa_script:
        check_coqa(options.coqa_script, groups)
    write(options.out, 'answers.json', [
        {
            'prediction': prediction,
            'references': references,
            'normalized': normalize_answer(prediction),
            'squad': [max(metric(reference, prediction) for reference in references) for metric in (compute_exact, compute_f1)],
            'coqa': [coqa(metric, references, prediction) for metric in (compute_exact, compute_f1)],
        }
        for prediction, references in groups
    ])

    random_numbers = np.random.default_rng(SEED)
    calibration = []
    for count, bins in [(1, 10), (7, 10), (100, 10), (400, 15), (50, 5)]:
        chances = random_numbers.random(count).round(3)
        right = random_numbers.random(count) < chances ** 2
        places = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], chances)
        sizes = np.bincount(places, minlength=bins)
        accuracy, stated = calibration_curve(right, chances, n_bins=bins) if 0 < right.sum() < count else ([right.mean()], [chances.mean()])
        sizes = sizes[sizes > 0] if len(accuracy) > 1 else np.array([count])
        calibration.append({
            'probabilities': chances.tolist(),
            'right': right.tolist(),
            'bins': bins,
            'accuracy': list(map(float, accuracy)),
            'stated': list(map(float, stated)),
            'error': float(np.sum(sizes * np.abs(np.array(accuracy) - np.array(stated))) / count),
            'brier': float(brier_score_loss(right, chances, pos_label=True)) if count > 1 else float((chances[0] - right[0]) ** 2),
        })
    write(options.out, 'calibration.json', calibration)

    regressions = []
    for count, size, ridge in [(40, 1, 1.0), (100, 2, 0.1), (60, 3, 5.0)]:
        features = random_numbers.normal(size=(count, size))
        right = random_numbers.random(count) < 1 / (1 + np.exp(-(features.sum(axis=1) * 1.5 - 0.5)))
        fitted = LogisticRegression(C=1 / ridge, solver='newton-cholesky', tol=1e-14, max_iter=1000).fit(features, right)
        regressions.append({
            'features': features.tolist(),
            'right': right.tolist(),
            'ridge': ridge,
            'intercept': float(fitted.intercept_[0]),
            'weights': fitted.coef_[0].tolist(),
            'chances': fitted.predict_proba(features)[:, 1].tolist(),
        })
    write(options.out, 'logistic.json', regressions)


if __name__ == '__main__':
    main()
