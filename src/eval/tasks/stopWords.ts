/**
 * English function words, which are seldom the last word that LAMBADA asks for. The paper does not give its list; this one
 * has the articles, pronouns, prepositions, conjunctions, auxiliaries and adverbs that grammars count as closed classes.
 */
const WORDS = new Set(
  `a an the this that these those i you he she it we they me him her us them my your his its our their mine yours hers ours
  theirs myself yourself himself herself itself ourselves yourselves themselves who whom whose which what where when why how
  one ones someone anyone everyone nobody something anything everything nothing none each every either neither both all any
  some such other another many much more most few fewer less least several own same and or but nor so yet for if then else
  than because as while until unless although though since whether of at by with about against between among into through
  during before after above below to from up down in out on off over under onto upon toward towards without within along
  across behind beyond near around again further once here there now just only very too also even still ever never always
  not no yes be am is are was were been being have has had having do does did doing done can could will would shall should
  may might must let don't isn't aren't wasn't weren't haven't hasn't hadn't doesn't didn't can't couldn't won't wouldn't
  shouldn't it's i'm you're he's she's we're they're i've you've we've they've i'll you'll he'll she'll we'll they'll i'd
  you'd he'd she'd we'd they'd that's there's what's who's`.split(/\s+/),
);

export function isStopWord(word: string): boolean {
  return WORDS.has(word.toLowerCase().replaceAll("’", "'"));
}
