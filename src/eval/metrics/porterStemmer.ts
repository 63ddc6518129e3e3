/**
 * Porter's stemmer (Porter 1980) with the extensions that NLTK makes by default, since rouge-score stems with NLTK's:
 * a table of irregular words, `y` to `i` after a consonant alone, short words in `-ies` and `-ied`, `-fulli` and `-logi`.
 */

/** @param word lower case */
export function stem(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length <= 2) return word;
  const inflected = replaceY(cutPastAndGerund(cutPlural(word)));
  return cutDoubleL(cutFinalE(cutLastSuffix(applyRules(shortenSuffix(inflected), STEP_3))));
}

const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ["sky", "sky"],
  ["skies", "sky"],
  ["dying", "die"],
  ["lying", "lie"],
  ["tying", "tie"],
  ["news", "news"],
  ["innings", "inning"],
  ["inning", "inning"],
  ["outings", "outing"],
  ["outing", "outing"],
  ["cannings", "canning"],
  ["canning", "canning"],
  ["howe", "howe"],
  ["proceed", "proceed"],
  ["exceed", "exceed"],
  ["succeed", "succeed"],
]);

/** A suffix with what takes its place; the first suffix that the word ends with decides, whether it may be replaced or not. */
type Rule = readonly [suffix: string, replacement: string];

/** Step 2: in words whose stem has a measure above 0. `alli` and `logi` have conditions of their own. */
const STEP_2: readonly Rule[] = [
  ["ational", "ate"],
  ["tional", "tion"],
  ["enci", "ence"],
  ["anci", "ance"],
  ["izer", "ize"],
  ["bli", "ble"],
  ["alli", "al"],
  ["entli", "ent"],
  ["eli", "e"],
  ["ousli", "ous"],
  ["ization", "ize"],
  ["ation", "ate"],
  ["ator", "ate"],
  ["alism", "al"],
  ["iveness", "ive"],
  ["fulness", "ful"],
  ["ousness", "ous"],
  ["aliti", "al"],
  ["iviti", "ive"],
  ["biliti", "ble"],
  ["fulli", "ful"],
];

const STEP_3: readonly Rule[] = [
  ["icate", "ic"],
  ["ative", ""],
  ["alize", "al"],
  ["iciti", "ic"],
  ["ical", "ic"],
  ["ful", ""],
  ["ness", ""],
];

/** Step 4: cut off where the measure of what stays is above 1; `ion` after s and t alone. */
const STEP_4 = [
  ...["al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion"],
  ...["ou", "ism", "ate", "iti", "ous", "ive", "ize"],
];

/** Step 1a. */
function cutPlural(word: string): string {
  if (word.endsWith("ies")) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith("sses")) return word.slice(0, -2);
  if (word.endsWith("ss") || !word.endsWith("s")) return word;
  return word.slice(0, -1);
}

/** Step 1b. */
function cutPastAndGerund(word: string): string {
  if (word.endsWith("ied")) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith("eed")) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const suffix = ["ed", "ing"].find((end) => word.endsWith(end) && hasVowel(word.slice(0, -end.length)));
  return suffix === undefined ? word : mendEnd(word.slice(0, -suffix.length));
}

/** What `-ed` and `-ing` leave behind gets its `e` again, or loses its doubled consonant. */
function mendEnd(rest: string): string {
  if (rest.endsWith("at") || rest.endsWith("bl") || rest.endsWith("iz")) return `${rest}e`;
  if (endsWithDoubleConsonant(rest)) return /[lsz]$/.test(rest) ? rest : rest.slice(0, -1);
  return measure(rest) === 1 && endsShort(rest) ? `${rest}e` : rest;
}

/** Step 1c. */
function replaceY(word: string): string {
  const rest = word.slice(0, -1);
  return word.endsWith("y") && rest.length > 1 && isConsonant(rest).at(-1) === true ? `${rest}i` : word;
}

/** Step 2. */
function shortenSuffix(word: string): string {
  if (word.endsWith("alli") && measure(word.slice(0, -4)) > 0) return shortenSuffix(word.slice(0, -2));
  if (STEP_2.some(([suffix]) => word.endsWith(suffix))) return applyRules(word, STEP_2);
  // The l counts for the stem here, so that `geo` and `theo` are treated as `archaeo` is.
  return word.endsWith("logi") && measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
}

function applyRules(word: string, rules: readonly Rule[]): string {
  const rule = rules.find(([suffix]) => word.endsWith(suffix));
  if (!rule) return word;
  const rest = word.slice(0, word.length - rule[0].length);
  return measure(rest) > 0 ? rest + rule[1] : word;
}

function cutLastSuffix(word: string): string {
  const suffix = STEP_4.find((end) => word.endsWith(end));
  if (suffix === undefined) return word;
  const rest = word.slice(0, -suffix.length);
  if (measure(rest) <= 1) return word;
  return suffix === "ion" && !/[st]$/.test(rest) ? word : rest;
}

/** Step 5a. */
function cutFinalE(word: string): string {
  if (!word.endsWith("e")) return word;
  const rest = word.slice(0, -1);
  const size = measure(rest);
  return size > 1 || (size === 1 && !endsShort(rest)) ? rest : word;
}

/** Step 5b. */
function cutDoubleL(word: string): string {
  return word.endsWith("ll") && measure(word.slice(0, -1)) > 1 ? word.slice(0, -1) : word;
}

/** For each letter whether it is a consonant: `y` is one at the start and after a vowel. */
function isConsonant(word: string): boolean[] {
  const flags: boolean[] = [];
  for (const [i, letter] of Array.from(word).entries()) {
    if ("aeiou".includes(letter)) flags.push(false);
    else flags.push(letter === "y" && i > 0 ? flags[i - 1] === false : true);
  }
  return flags;
}

/** How often consonants follow vowels: m of the form `[C](VC)^m[V]`. */
function measure(word: string): number {
  const flags = isConsonant(word);
  return flags.filter((consonant, i) => consonant && flags[i - 1] === false).length;
}

function hasVowel(word: string): boolean {
  return isConsonant(word).includes(false);
}

function endsWithDoubleConsonant(word: string): boolean {
  return word.length >= 2 && word.at(-1) === word.at(-2) && isConsonant(word).at(-1) === true;
}

/** A short syllable at the end: consonant, vowel, consonant other than w, x and y; or a word of a vowel and a consonant. */
function endsShort(word: string): boolean {
  const flags = isConsonant(word);
  if (flags.length === 2) return flags[0] === false && flags[1] === true;
  return flags.at(-3) === true && flags.at(-2) === false && flags.at(-1) === true && !/[wxy]$/.test(word);
}
