import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { DTYPES } from "../../../src/shared/protocol.ts";
import { COMMANDS } from "../../../src/extension/ids.ts";
import { SETTINGS, SETTING_NAMES, isLanguageOn } from "../../../src/extension/settings.ts";

interface Manifest {
  icon: string;
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string }[];
    configuration: { properties: Record<string, { default: unknown; enum?: string[]; scope: string }> };
    icons: Record<string, { default: { fontPath: string } }>;
  };
}

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

  test("does not let an untrusted workspace choose the model", () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    const overridable = Object.entries(configuration.properties).filter(([, { scope }]) => scope !== "machine");
    assert.ok(overridable.some(([name]) => name === "localghost.model"));
    assert.ok(restrictedConfigurations.includes("localghost.model"));
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
