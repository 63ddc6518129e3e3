/** Packages that no model here was trained on (models/localghost-nano/README.md lists those), by what they are for. */

export interface Package {
  readonly registry: "npm" | "pypi";
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

const npm = (name: string, version: string, licence: string): Package => ({ registry: "npm", name, version, licence });
const pypi = (name: string, version: string, licence: string): Package => ({
  registry: "pypi",
  name,
  version,
  licence,
});

/** The weights of the mixture are fitted on these. */
export const FITTED: readonly Package[] = [
  npm("chevrotain", "13.2.0", "Apache-2.0"),
  npm("htmlparser2", "12.0.0", "MIT"),
  npm("@tiptap/core", "3.34.0", "MIT"),
  npm("abitype", "1.3.0", "MIT"),
  npm("@tanstack/form-core", "1.33.5", "MIT"),
  npm("cytoscape", "3.34.4", "MIT"),
  npm("matter-js", "0.20.0", "MIT"),
  npm("handlebars", "4.7.10", "MIT"),
  npm("bulma", "1.0.4", "MIT"),
  pypi("jinja2", "3.1.6", "BSD-3-Clause"),
  pypi("httpx", "0.28.1", "BSD-3-Clause"),
  pypi("tornado", "6.6.1", "Apache-2.0"),
  pypi("marshmallow", "4.4.0", "MIT"),
  pypi("sqlparse", "0.6.1", "BSD-3-Clause"),
];

/** And measured on these; some of those of `npm run replay` are among them. */
export const TESTED: readonly Package[] = [
  npm("fabric", "7.4.0", "MIT"),
  npm("ts-pattern", "5.9.2", "MIT"),
  npm("@wagmi/core", "3.6.5", "MIT"),
  npm("@noble/curves", "2.4.0", "MIT"),
  npm("@tanstack/store", "0.11.2", "MIT"),
  npm("luxon", "3.7.2", "MIT"),
  npm("moment", "2.31.0", "MIT"),
  npm("semver", "7.8.6", "ISC"),
  npm("postcss", "8.5.33", "MIT"),
  npm("animate.css", "4.1.1", "MIT"),
  pypi("requests", "2.34.2", "Apache-2.0"),
  pypi("click", "8.5.1", "BSD-3-Clause"),
  pypi("attrs", "26.1.0", "MIT"),
  pypi("flask", "3.1.3", "BSD-3-Clause"),
  pypi("werkzeug", "3.1.9", "BSD-3-Clause"),
  pypi("starlette", "1.10.0", "BSD-3-Clause"),
];

/** Those of the files that `npm run replay` types. */
export const REPLAYED: readonly Package[] = [
  npm("tinybench", "6.2.3", "MIT"),
  npm("superstruct", "2.0.2", "MIT"),
  npm("superjson", "2.2.6", "MIT"),
  npm("@tanstack/store", "0.11.2", "MIT"),
  npm("valtio", "2.3.2", "MIT"),
  npm("mitt", "3.0.1", "MIT"),
  npm("ts-pattern", "5.9.2", "MIT"),
  npm("purify-ts", "2.1.4", "ISC"),
  npm("semver", "7.8.6", "ISC"),
  npm("debug", "4.4.3", "MIT"),
  npm("qs", "6.17.1", "BSD-3-Clause"),
  npm("fastq", "1.20.3", "ISC"),
  npm("p-limit", "7.3.3", "MIT"),
  npm("nanoid", "5.1.16", "MIT"),
  npm("fluent-ffmpeg", "2.1.3", "MIT"),
  npm("moment", "2.31.0", "MIT"),
  npm("normalize.css", "8.0.1", "MIT"),
  npm("animate.css", "4.1.1", "MIT"),
  npm("bulma", "1.0.4", "MIT"),
  npm("water.css", "2.1.1", "MIT"),
  npm("sanitize.css", "13.0.0", "CC0-1.0"),
  pypi("requests", "2.34.2", "Apache-2.0"),
  pypi("click", "8.5.1", "BSD-3-Clause"),
  pypi("attrs", "26.1.0", "MIT"),
  pypi("flask", "3.1.3", "BSD-3-Clause"),
];

/** The name of its archive: `tanstack-store-0.11.2`. */
export function archiveName({ name, version }: Package): string {
  return `${name.replace(/^@/, "").replaceAll("/", "-")}-${version}`;
}
