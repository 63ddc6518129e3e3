/** The version in package.json, put in place by the build; `dev` when the sources run as they are. */
declare const LOCALGHOST_VERSION: string | undefined;

export const VERSION: string = typeof LOCALGHOST_VERSION === "string" ? LOCALGHOST_VERSION : "dev";
