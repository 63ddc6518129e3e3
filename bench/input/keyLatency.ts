/** Runs in VS Code's page: how long a key takes until the editor shows it. */

/** In milliseconds since the key went down. */
export interface KeyLatency {
  /** Until the cursor has moved in the page. */
  readonly dom: number;
  /** Until the frame with it was handed to be painted. */
  readonly paint: number;
}

/** Begins to measure; sent to the page as text, so that it stands on its own. The cursor moves with each key, and not with ghost text. */
export function watchKeys(editor: string): void {
  const cursors = document.querySelector(`${editor} .cursors-layer`);
  if (!cursors) throw new Error("There is no editor.");
  const latencies: KeyLatency[] = [];
  let pressedAt: number | undefined;
  addEventListener("keydown", ({ timeStamp }) => (pressedAt = timeStamp), true);
  const observer = new MutationObserver(() => {
    const since = pressedAt;
    if (since === undefined) return;
    pressedAt = undefined;
    const dom = performance.now() - since;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => latencies.push({ dom, paint: performance.now() - since });
      port2.postMessage(undefined);
    });
  });
  observer.observe(cursors, { subtree: true, attributes: true, attributeFilter: ["style"] });
  Object.assign(globalThis, { keyLatencies: latencies });
}

/** Takes what was measured since the last time. */
export function takeLatencies(): KeyLatency[] {
  const latencies = Reflect.get(globalThis, "keyLatencies") as KeyLatency[];
  return latencies.splice(0);
}
