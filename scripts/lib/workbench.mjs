import { launchChromium } from "./chromium.mjs";
import { poll } from "./poll.mjs";
import { openVscodePage } from "./vscodePage.mjs";
import { readGhostText, readLines, readStatusBar, waitForIdleCallbacks } from "./workbenchDom.mjs";

/** @typedef {import("playwright-core").Page} Page */

const activeEditor = ".editor-group-container.active .editor-instance .monaco-editor";
const quickInput = ".quick-input-widget";

/**
 * Opens VS Code in a browser and waits until its extension host has loaded all extensions. Without `browser` it starts
 * one of its own, which close() ends.
 *
 * @param {Omit<import("./vscodePage.mjs").PageOptions, "browser"> & { browser?: import("playwright-core").Browser }} options
 * @returns {Promise<Workbench>}
 */
export async function openWorkbench(options) {
  const browser = options.browser ?? (await launchChromium());
  try {
    const page = await openVscodePage({ ...options, browser });
    for (const mark of ["code/didStartWorkbench", "code/didLoadExtensions"]) {
      const passed = `performance.getEntriesByName("${mark}").length > 0`;
      await page.waitForFunction(passed, undefined, { timeout: 60_000 });
    }
    return new Workbench(page, options.browser ? undefined : browser);
  } catch (error) {
    if (!options.browser) await browser.close();
    throw error;
  }
}

/** What a user sees and does in one VS Code window. Every wait has a limit and says what it waited for. */
export class Workbench {
  /**
   * @param {Page} page
   * @param {import("playwright-core").Browser} [ownBrowser]
   */
  constructor(page, ownBrowser) {
    this.page = page;
    this.ownBrowser = ownBrowser;
  }

  /** @param {string} name A file's name as one would type it to find it. */
  async openFile(name) {
    await this.page.keyboard.press("ControlOrMeta+P");
    await this.page.locator(`${quickInput} input`).first().fill(name);
    const row = this.page.locator(`${quickInput} .monaco-list-row`).filter({ hasText: name }).first();
    await row.waitFor();
    await row.click();
    await this.page
      .locator(`.tab.active[data-resource-name="${basename(name)}"]`)
      .first()
      .waitFor();
    await this.focusedEditor();
  }

  async newUntitledFile() {
    await this.runCommand("File: New Untitled Text File");
    await this.page.locator('.tab.active[data-resource-name^="Untitled-"]').first().waitFor();
    await this.focusedEditor();
  }

  /** @param {string} title As the command palette shows it, with its category. */
  async runCommand(title) {
    await this.page.keyboard.press("F1");
    await this.page.locator(`${quickInput} input`).first().fill(`>${title}`);
    const name = this.page.locator(`${quickInput} .monaco-list-row .label-name`, { hasText: exactly(title) });
    await name.first().click();
  }

  /**
   * Types as a user would, key by key: brackets may close themselves and suggestions may pop up.
   *
   * @param {string} text
   * @param {{ delay?: number }} [options] Milliseconds between two keys.
   */
  async typeText(text, { delay = 20 } = {}) {
    await this.page.keyboard.type(text, { delay });
  }

  /** @param {string} key As Playwright names it: "Tab", "Control+End", "ControlOrMeta+S". */
  async press(key) {
    await this.page.keyboard.press(key);
  }

  /** The inline suggestion that is shown now; undefined when there is none. */
  async ghostText() {
    /** @type {{ inline: string[], below: string[] }} */
    const { inline, below } = await this.page.evaluate(readGhostText, activeEditor);
    if (inline.length === 0 && below.length === 0) return undefined;
    return [inline.join(""), ...below].map(withPlainSpaces).join("\n");
  }

  /**
   * Waits for ghost text, or for the ghost text that is given.
   *
   * @param {string | RegExp} [expected]
   * @param {number} [limit] In milliseconds.
   * @returns {Promise<string>}
   */
  async waitForGhostText(expected = /[^]/, limit) {
    const isExpected = (/** @type {string | undefined} */ text) =>
      text !== undefined && (typeof expected === "string" ? text === expected : expected.test(text));
    return (await poll(() => this.ghostText(), isExpected, `ghost text ${String(expected)}`, limit)) ?? "";
  }

  /** @param {number} [limit] In milliseconds. */
  async waitForNoGhostText(limit) {
    await poll(
      () => this.ghostText(),
      (text) => text === undefined,
      "no ghost text",
      limit,
    );
  }

  /** The lines that the active editor shows now, without ghost text. */
  async editorText() {
    /** @type {string[]} */
    const lines = await this.page.evaluate(readLines, `${activeEditor} .view-lines`);
    return lines.map(withPlainSpaces).join("\n");
  }

  /**
   * @param {string | RegExp} expected A part of the text, or a pattern for it.
   * @param {number} [limit] In milliseconds.
   */
  async waitForEditorText(expected, limit) {
    const isExpected = (/** @type {string} */ text) =>
      typeof expected === "string" ? text.includes(expected) : expected.test(text);
    return poll(() => this.editorText(), isExpected, `editor text ${String(expected)}`, limit);
  }

  /**
   * The text of one status bar item; undefined when there is none.
   *
   * @param {string | RegExp} which The end of the item's id, or a pattern for its text or its label for screen readers.
   * @returns {Promise<string | undefined>}
   */
  async statusBarText(which) {
    /** @type {{ id: string, text: string, label: string }[]} */
    const items = await this.page.evaluate(readStatusBar);
    const found = items.find(({ id, text, label }) =>
      typeof which === "string" ? id.endsWith(which) : which.test(text) || which.test(label),
    );
    return found && withPlainSpaces(found.text).trim();
  }

  /**
   * Waits for a status bar item; an extension that shows one has been activated.
   *
   * @param {string | RegExp} which As in statusBarText().
   * @param {RegExp} [expected] A pattern for its text.
   * @param {number} [limit] In milliseconds.
   * @returns {Promise<string>}
   */
  async waitForStatusBarText(which, expected = /[^]/, limit) {
    const isExpected = (/** @type {string | undefined} */ text) => text !== undefined && expected.test(text);
    return (await poll(() => this.statusBarText(which), isExpected, `status bar item ${String(which)}`, limit)) ?? "";
  }

  /**
   * The messages of the notifications that are shown now. With the smoke-test driver VS Code shows no toasts: the
   * notification center is opened in their place.
   */
  async notifications() {
    if (await this.page.evaluate("globalThis.driver !== undefined")) await this.openNotificationCenter();
    const texts = await this.page.locator(".notification-list-item-message").allInnerTexts();
    return texts.map((text) => withPlainSpaces(text).trim());
  }

  /** Of several messages within a second VS Code shows the first ones only; its center has all of them. */
  async openNotificationCenter() {
    const center = this.page.locator(".notifications-center.visible");
    if (await center.isVisible()) return;
    await this.page.locator('[id="status.notifications"]').click();
    await center.waitFor();
  }

  /**
   * Waits for a notification and gives its message.
   *
   * @param {string | RegExp} expected A part of the message, or a pattern for it.
   * @param {number} [limit] In milliseconds.
   */
  async waitForNotification(expected, limit) {
    const isExpected = (/** @type {string} */ text) =>
      typeof expected === "string" ? text.includes(expected) : expected.test(text);
    const texts = await poll(
      () => this.notifications(),
      (messages) => messages.some(isExpected),
      `a notification ${String(expected)}`,
      limit,
    );
    return texts.find(isExpected) ?? "";
  }

  /** @param {string} path */
  async screenshot(path) {
    await this.page.screenshot({ path });
  }

  async close() {
    await this.page.context().close();
    await this.ownBrowser?.close();
  }

  async focusedEditor() {
    const focused = this.page.locator(`${activeEditor}.focused`).first();
    try {
      await focused.waitFor({ timeout: 10_000 });
    } catch {
      // What came up at that moment, such as a notification, may have kept the focus: a user goes to the editor then.
      await this.page.keyboard.press("ControlOrMeta+1");
      await focused.waitFor();
    }
    // VS Code gives an editor its ghost text at the next idle moment, at the latest after five seconds.
    await this.page.evaluate(waitForIdleCallbacks);
  }
}

/**
 * The editor draws spaces as no-break spaces.
 *
 * @param {string} text
 */
function withPlainSpaces(text) {
  return text.replaceAll("\u00a0", " ");
}

/** @param {string} text */
function exactly(text) {
  return new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
}

/** @param {string} path */
function basename(path) {
  return path.slice(path.lastIndexOf("/") + 1);
}
