/// <reference lib="dom" />
// These functions run in the page, each sent there as text: so each stands on its own.

/** @param {string} editor */
export function readGhostText(editor) {
  const top = (/** @type {Element} */ line) => Number.parseFloat(/** @type {HTMLElement} */ (line).style.top);
  const inline = [...document.querySelectorAll(`${editor} .view-lines .ghost-text-decoration`)];
  const below = [...document.querySelectorAll(`${editor} .suggest-preview-text .view-line`)];
  return {
    inline: inline.map((part) => part.textContent),
    below: below.sort((a, b) => top(a) - top(b)).map((line) => line.textContent),
  };
}

/** @param {string} container */
export function readLines(container) {
  const top = (/** @type {Element} */ line) => Number.parseFloat(/** @type {HTMLElement} */ (line).style.top);
  const lines = [...document.querySelectorAll(`${container} > .view-line`)].sort((a, b) => top(a) - top(b));
  return lines.map((line) => {
    const copy = /** @type {Element} */ (line.cloneNode(true));
    for (const ghost of copy.querySelectorAll(".ghost-text-decoration, .ghost-text-decoration-preview")) ghost.remove();
    return copy.textContent;
  });
}

export function readStatusBar() {
  return [...document.querySelectorAll(".statusbar-item")].map((item) => ({
    id: item.id,
    text: item.textContent,
    label: item.querySelector("[aria-label]")?.getAttribute("aria-label") ?? item.getAttribute("aria-label") ?? "",
  }));
}

/** Runs before the page's own scripts: lets waitForIdleCallbacks() know what waits for an idle moment. */
export function trackIdleCallbacks() {
  /** @type {Set<number>} */
  const pending = new Set();
  const { requestIdleCallback: request, cancelIdleCallback: cancel } = globalThis;
  globalThis.requestIdleCallback = (callback, options) => {
    const id = request((deadline) => {
      pending.delete(id);
      callback(deadline);
    }, options);
    pending.add(id);
    return id;
  };
  globalThis.cancelIdleCallback = (id) => {
    pending.delete(id);
    cancel(id);
  };
  Object.assign(globalThis, { pendingIdleCallbacks: pending });
}

/** Waits until all that waits for an idle moment now has had it. */
export async function waitForIdleCallbacks() {
  /** @type {Set<number>} */
  const pending = Reflect.get(globalThis, "pendingIdleCallbacks");
  const waiting = [...pending];
  while (waiting.some((id) => pending.has(id))) {
    // A headless browser that draws nothing has no idle moment either.
    requestAnimationFrame(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
