/** Every identifier that package.json and the code share. */
export const SECTION = "localghost";

/** The publisher's and the extension's name. */
export const EXTENSION_ID = "localghost.localghost";

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

/** The commands of models. */
export const MODEL_COMMANDS = {
  chooseModel: "localghost.chooseModel",
  chooseModelForLanguage: "localghost.chooseModelForLanguage",
  chooseModelForTask: "localghost.chooseModelForTask",
  addModel: "localghost.addModel",
  useModel: "localghost.useModel",
  downloadModel: "localghost.downloadModel",
  resumeDownload: "localghost.resumeDownload",
  pauseDownload: "localghost.pauseDownload",
  cancelDownload: "localghost.cancelDownload",
  verifyModel: "localghost.verifyModel",
  packModel: "localghost.packModel",
  deleteModel: "localghost.deleteModel",
  revealModel: "localghost.revealModel",
  copyModelName: "localghost.copyModelName",
  openModelPage: "localghost.openModelPage",
  refreshModels: "localghost.refreshModels",
  openModelsFolder: "localghost.openModelsFolder",
  moveModelsFolder: "localghost.moveModelsFolder",
  setHubToken: "localghost.setHubToken",
  removeHubToken: "localghost.removeHubToken",
} as const;

/** The commands of the memory of the workspace. */
export const MEMORY_COMMANDS = {
  rebuildMemory: "localghost.rebuildMemory",
  pauseMemory: "localghost.pauseMemory",
  clearMemory: "localghost.clearMemory",
} as const;

/** The commands of the local server. */
export const SERVER_COMMANDS = {
  startServer: "localghost.startServer",
  stopServer: "localghost.stopServer",
  copyServerAddress: "localghost.copyServerAddress",
  replaceServerToken: "localghost.replaceServerToken",
} as const;

/** The commands of the remote server. */
export const REMOTE_COMMANDS = {
  setRemoteToken: "localghost.setRemoteToken",
  removeRemoteToken: "localghost.removeRemoteToken",
  testRemote: "localghost.testRemote",
} as const;

/** The commands that help to begin, and where something does not work. */
export const HELP_COMMANDS = {
  doctor: "localghost.doctor",
  openSample: "localghost.openSample",
} as const;

export const COMMANDS = {
  trigger: "localghost.trigger",
  toggle: "localghost.toggle",
  toggleLanguage: "localghost.toggleLanguage",
  forgetExperience: "localghost.forgetExperience",
  restartEngine: "localghost.restartEngine",
  showLog: "localghost.showLog",
  showMenu: "localghost.showMenu",
  openSettings: "localghost.openSettings",
  ...ACTION_COMMANDS,
  ...PLAYGROUND_COMMANDS,
  ...MODEL_COMMANDS,
  ...MEMORY_COMMANDS,
  ...SERVER_COMMANDS,
  ...REMOTE_COMMANDS,
  ...HELP_COMMANDS,
} as const;

export type ActionCommand = keyof typeof ACTION_COMMANDS;
export type ModelCommand = keyof typeof MODEL_COMMANDS;
export type ServerCommand = keyof typeof SERVER_COMMANDS;
export type RemoteCommand = keyof typeof REMOTE_COMMANDS;
export type HelpCommand = keyof typeof HELP_COMMANDS;

/** The context key that package.json asks whether the local server runs. */
export const SERVER_RUNS = "localghost.serverRuns";

/** The playground as an editor tab. */
export const PLAYGROUND_TAB = "localghost.playgroundTab";

export const VIEWS = {
  playground: "localghost.playground",
  models: "localghost.models",
  results: "localghost.results",
} as const;

/** The controller of the results in the editor: the menus of package.json name it. */
export const INLINE_RESULTS = "localghost.inlineResults";

/** Texts as they would be after a replacement. */
export const PREVIEW_SCHEME = "localghost-preview";

/** The legend of painted files. */
export const SCORES_ITEM = "localghost.scores";

/** What the memory holds, beside the language. */
export const MEMORY_ITEM = "localghost.memory";

/** The vendor of the models that VS Code's chat offers. */
export const CHAT_VENDOR = "localghost";

/** The participant that a chat can address. */
export const CHAT_PARTICIPANT = "localghost.localghost";

export const STATUS_ITEM = "localghost.status";
