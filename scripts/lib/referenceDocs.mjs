/** docs/commands.md and docs/settings.md, as package.json and package.nls.json describe commands and settings. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as prettier from "prettier";

/**
 * @typedef {object} Setting
 * @property {string | string[]} [type]
 * @property {unknown} default
 * @property {string} [scope]
 * @property {string} [markdownDescription]
 * @property {string} [description]
 * @property {string[]} [enum]
 * @property {string[]} [enumDescriptions]
 * @property {string[]} [markdownEnumDescriptions]
 * @property {number} [minimum]
 * @property {number} [maximum]
 *
 * @typedef {{ properties: Record<string, Setting> }} Configuration
 *
 * @typedef {object} Manifest
 * @property {{
 *   commands: { command: string, title: string, enablement?: string }[],
 *   configuration: Configuration | Configuration[],
 *   menus: { commandPalette?: { command: string, when?: string }[] },
 * }} contributes
 * @property {{ untrustedWorkspaces: { restrictedConfigurations: string[] } }} capabilities
 *
 * @typedef {Readonly<Record<string, string>>} Strings
 */

/** Who may set a setting, by its scope. */
const SCOPES = /** @type {Record<string, string>} */ ({
  application: "for you; not by a workspace",
  machine: "for this machine; not by a workspace, and not synchronized",
  "machine-overridable": "for this machine, or by a workspace; not synchronized",
  window: "for you, or by a workspace",
  resource: "for you, or by a workspace or one of its folders",
  "language-overridable": "for you, by a workspace or one of its folders, and for a language",
});

const NOTE = "<!-- Made by `npm run docs` from package.json and package.nls.json: change those. -->";

/**
 * The generated documents, formatted as the repository's are.
 *
 * @param {string} root The repository.
 * @returns {Promise<Map<string, string>>} By their paths in the repository.
 */
export async function referenceDocs(root) {
  /** @type {Manifest} */
  const manifest = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
  /** @type {Strings} */
  const strings = JSON.parse(fs.readFileSync(path.join(root, "package.nls.json"), "utf8"));
  const options = { ...(await prettier.resolveConfig(path.join(root, "README.md"))), parser: "markdown" };
  const texts = { "docs/commands.md": commands(manifest, strings), "docs/settings.md": settings(manifest, strings) };
  /** @type {Map<string, string>} */
  const formatted = new Map();
  for (const [file, text] of Object.entries(texts)) formatted.set(file, await prettier.format(text, options));
  return formatted;
}

/**
 * @param {Manifest} manifest
 * @param {Strings} strings
 */
function commands({ contributes }, strings) {
  const palette = new Map((contributes.menus.commandPalette ?? []).map(({ command, when }) => [command, when]));
  const rows = contributes.commands.map(({ command, title, enablement }) => {
    const when = palette.get(command) ?? enablement;
    return { command, title: translate(title, strings), when };
  });
  const row = (/** @type {typeof rows[number]} */ { command, title, when }) =>
    `| ${title} | \`${command}\` | ${when === undefined ? "" : `\`${when.replaceAll("|", "\\|")}\``} |`;
  const hidden = rows.filter(({ when }) => when === "false");
  const hiddenRows = hidden.map(({ command, title }) => `| ${title} | \`${command}\` |`);
  return [
    "# Commands",
    NOTE,
    "In the command palette (F1) each begins with “Localghost:”. The second column is its name in key bindings, the third when it is there.",
    ["| command | name | when |", "| --- | --- | --- |", ...rows.filter(({ when }) => when !== "false").map(row)].join(
      "\n",
    ),
    ...(hidden.length > 0
      ? ["## Behind buttons alone", ["| command | name |", "| --- | --- |", ...hiddenRows].join("\n")]
      : []),
  ].join("\n\n");
}

/**
 * @param {Manifest} manifest
 * @param {Strings} strings
 */
function settings({ contributes, capabilities }, strings) {
  const restricted = new Set(capabilities.untrustedWorkspaces.restrictedConfigurations);
  const sections = [contributes.configuration].flat().flatMap(({ properties }) => Object.entries(properties));
  const texts = sections.map(([name, setting]) => {
    const description = translate(setting.markdownDescription ?? setting.description ?? "", strings);
    const meanings = (setting.enumDescriptions ?? setting.markdownEnumDescriptions ?? []).map((one) =>
      translate(one, strings),
    );
    const values = (setting.enum ?? []).map((value, i) => `- \`${value}\`: ${meanings[i] ?? ""}`);
    const facts = [
      `Default: \`${JSON.stringify(setting.default)}\`${range(setting)}.`,
      `Set ${SCOPES[setting.scope ?? "window"] ?? ""}${restricted.has(name) ? ", if you trust it" : ""}.`,
    ];
    const linked = description.replaceAll(/`#([\w.]+)#`/g, "`$1`");
    return [`## \`${name}\``, linked, values.join("\n"), facts.join(" ")].filter(Boolean).join("\n\n");
  });
  return ["# Settings", NOTE, ...texts].join("\n\n");
}

/** @param {Setting} setting */
function range({ minimum, maximum }) {
  if (minimum === undefined) return "";
  return maximum === undefined ? `, at least ${minimum}` : `, from ${minimum} to ${maximum}`;
}

/**
 * @param {string} text
 * @param {Strings} strings
 */
function translate(text, strings) {
  return text.replace(/^%(.+)%$/, (whole, /** @type {string} */ key) => strings[key] ?? whole);
}
