/** Every identifier that package.json and the code share. */
export const SECTION = "localghost";

export const COMMANDS = {
  trigger: "localghost.trigger",
  toggle: "localghost.toggle",
  toggleLanguage: "localghost.toggleLanguage",
  restartEngine: "localghost.restartEngine",
  showLog: "localghost.showLog",
  showMenu: "localghost.showMenu",
  openSettings: "localghost.openSettings",
} as const;

export const STATUS_ITEM = "localghost.status";
