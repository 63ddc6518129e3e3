/** Every identifier that package.json and the code share. */
export const SECTION = "localghost";

/** The commands of tasks and of their results. */
export const ACTION_COMMANDS = {
  summarize: "localghost.summarize",
  translate: "localghost.translate",
  ask: "localghost.ask",
  explain: "localghost.explain",
  continueHere: "localghost.continueHere",
  suggestName: "localghost.suggestName",
  writeCommitMessage: "localghost.writeCommitMessage",
  rewriteByExample: "localghost.rewriteByExample",
  runTask: "localghost.runTask",
  rememberExample: "localghost.rememberExample",
  showResults: "localghost.showResults",
  clearResults: "localghost.clearResults",
  showLimits: "localghost.showLimits",
  insertResult: "localghost.insertResult",
  replaceByResult: "localghost.replaceByResult",
  copyResult: "localghost.copyResult",
  tryAgain: "localghost.tryAgain",
  compareAlternatives: "localghost.compareAlternatives",
  openInPlayground: "localghost.openInPlayground",
  closeResult: "localghost.closeResult",
  applyReplace: "localghost.applyReplace",
  discardReplace: "localghost.discardReplace",
  act: "localghost.act",
  reveal: "localghost.reveal",
  take: "localghost.take",
} as const;

/** The commands of the playground. */
export const PLAYGROUND_COMMANDS = {
  openPlaygroundTab: "localghost.openPlaygroundTab",
  scoreFile: "localghost.scoreFile",
  clearScores: "localghost.clearScores",
} as const;

export const COMMANDS = {
  trigger: "localghost.trigger",
  toggle: "localghost.toggle",
  toggleLanguage: "localghost.toggleLanguage",
  restartEngine: "localghost.restartEngine",
  showLog: "localghost.showLog",
  showMenu: "localghost.showMenu",
  openSettings: "localghost.openSettings",
  ...ACTION_COMMANDS,
  ...PLAYGROUND_COMMANDS,
} as const;

export type ActionCommand = keyof typeof ACTION_COMMANDS;

/** The playground as an editor tab. */
export const PLAYGROUND_TAB = "localghost.playgroundTab";

export const VIEWS = { playground: "localghost.playground", results: "localghost.results" } as const;

/** The controller of the results in the editor: the menus of package.json name it. */
export const INLINE_RESULTS = "localghost.inlineResults";

/** Texts as they would be after a replacement. */
export const PREVIEW_SCHEME = "localghost-preview";

/** The legend of painted files. */
export const SCORES_ITEM = "localghost.scores";

export const STATUS_ITEM = "localghost.status";
