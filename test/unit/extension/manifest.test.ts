import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { DTYPES } from "../../../src/shared/protocol.ts";
import { COMMANDS } from "../../../src/extension/ids.ts";
import { SETTINGS, SETTING_NAMES, isLanguageOn, type SettingName } from "../../../src/extension/settings.ts";

interface Manifest {
  icon: string;
  extensionKind: string[];
  browser?: string;
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string }[];
    configuration: { properties: Record<string, { default: unknown; enum?: string[]; scope: string }> };
    icons: Record<string, { default: { fontPath: string } }>;
  };
}

/** Settings by which a workspace changes how, but not of what or by whom, text is written. */
const HARMLESS: ReadonlySet<SettingName> = new Set([
  ...(["sensitivity", "maxTokens", "maxLines", "debounceMs"] as const),
  ...(["resultView", "notSureBelow", "codeLens"] as const),
]);

const OF_THE_MACHINE: readonly SettingName[] = [
  ...(["remote.endpoint", "remote.model", "remote.timeoutSeconds", "hub.endpoint"] as const),
  ...(["modelsFolder", "device", "threads"] as const),
];

const root = new URL("../../../", import.meta.url);
const text = readFileSync(new URL("package.json", root), "utf8");
const manifest = JSON.parse(text) as Manifest;
const { commands, configuration, icons } = manifest.contributes;

suite("package.json", () => {
  test("lists the settings that the code reads, and no others", () => {
    const listed = Object.keys(configuration.properties);
    assert.deepEqual(listed.toSorted(), SETTING_NAMES.map((name) => `localghost.${name}`).toSorted());
  });

  test("has defaults that are valid", () => {
    for (const name of SETTING_NAMES) {
      const property = configuration.properties[`localghost.${name}`];
      assert.deepEqual(SETTINGS[name](property?.default), property?.default, name);
      for (const word of property?.enum ?? []) assert.equal(SETTINGS[name](word), word, `${name}: ${word}`);
    }
    assert.deepEqual(configuration.properties["localghost.dtype"]?.enum, [...DTYPES]);
  });

  const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  const scopeOf = (name: SettingName) => configuration.properties[`localghost.${name}`]?.scope;

  test("does not let an untrusted workspace widen what is read, run, kept or sent", () => {
    const widening = SETTING_NAMES.filter((name) => !HARMLESS.has(name) && scopeOf(name) !== "machine");
    const open = widening.filter((name) => !restrictedConfigurations.includes(`localghost.${name}`));
    assert.deepEqual(open, []);
    assert.ok(widening.includes("exclude") && widening.includes("model"));
  });

  test("restricts settings that there are", () => {
    const names: readonly string[] = SETTING_NAMES.map((name) => `localghost.${name}`);
    assert.deepEqual(
      restrictedConfigurations.filter((name) => !names.includes(name)),
      [],
    );
  });

  test("lets no workspace, trusted or not, and no other machine set an address, a folder or a device", () => {
    for (const name of OF_THE_MACHINE) assert.equal(scopeOf(name), "machine", name);
    const addresses = SETTING_NAMES.filter((name) => /endpoint|folder/i.test(name));
    assert.deepEqual(
      addresses.filter((name) => !OF_THE_MACHINE.includes(name)),
      [],
    );
  });

  test("keeps what may be a path from the user's other machines", () => {
    // VS Code synchronizes no settings of these two scopes.
    for (const name of ["model", "modelByLanguage", "modelByTask"] as const) {
      assert.equal(scopeOf(name), "machine-overridable", name);
    }
  });

  test("runs where the files are, and nowhere without Node", () => {
    assert.deepEqual(manifest.extensionKind, ["workspace"]);
    assert.equal(manifest.browser, undefined);
  });

  test("lists the commands that the code registers, and no others", () => {
    assert.deepEqual(commands.map(({ command }) => command).toSorted(), Object.values(COMMANDS).toSorted());
  });

  test("has all its texts in package.nls.json, and no others there", () => {
    const used = [...text.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]);
    const given = Object.keys(JSON.parse(readFileSync(new URL("package.nls.json", root), "utf8")) as object);
    assert.deepEqual([...new Set(used)].toSorted(), given.toSorted());
  });

  test("points to files that exist", () => {
    for (const file of [manifest.icon, ...Object.values(icons).map((icon) => icon.default.fontPath)]) {
      assert.ok(existsSync(new URL(file, root)), file);
    }
  });
});

suite("settings", () => {
  test("take no value of another kind", () => {
    assert.equal(SETTINGS.enable("yes"), undefined);
    assert.equal(SETTINGS.debounceMs("fast"), undefined);
    assert.equal(SETTINGS.debounceMs(-1), undefined);
    assert.equal(SETTINGS.maxTokens(0), undefined);
    assert.equal(SETTINGS.dtype("int2"), undefined);
    assert.equal(SETTINGS.model(" "), undefined);
    assert.deepEqual(SETTINGS.enableByLanguage({ markdown: false, python: "no" }), { markdown: false });
  });

  test("a language goes before all languages", () => {
    assert.equal(isLanguageOn({ "*": true, markdown: false }, "markdown"), false);
    assert.equal(isLanguageOn({ "*": false, markdown: true }, "markdown"), true);
    assert.equal(isLanguageOn({ "*": false }, "python"), false);
    assert.equal(isLanguageOn({}, "python"), true);
  });
});
