/**
 * Records ghost text in a real VS Code as an animated picture, docs/images/ghost-text-recording.png (APNG): what is typed here, and
 * whatever the embedded model then offers. Part of `npm run screenshots`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import UPNG from "upng-js";
import { describe } from "./lib/problem.mjs";
import { repository } from "./lib/paths.mjs";
import { openSampleWindow } from "./lib/sampleWindow.mjs";

/** Typed as it stands; `Tab` takes what is offered then, and is left out where nothing is. */
const SCRIPT = ["\nexport ", "Tab", " over(items: Item[], limit: number): Item[] {\nreturn ", "Tab"];
/** How long a frame stays, in milliseconds. */
const KEY = 110;
const OFFER = 900;
const END = 2500;
/** The colours of an editor are few. */
const COLOURS = 64;

/** @type {{ image: Buffer, delay: number }[]} */
const frames = [];
/** @type {import("./lib/sampleWindow.mjs").SampleWindow | undefined} */
let window;
try {
  const settings = { "files.autoSave": "off", "editor.fontSize": 16, "editor.minimap.enabled": false };
  window = await openSampleWindow({ server: { linkedExtensions: [repository], smokeTestDriver: false, settings } });
  const { workbench } = window;
  await workbench.openFile("cart.ts");
  await workbench.press("Control+End");
  await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
  await sleep(2000);
  const editor = await workbench.page.locator(".editor-instance").first().boundingBox();
  if (!editor) throw new Error("the editor has no place on the page");
  const clip = { x: editor.x, y: editor.y, width: Math.min(editor.width, 960), height: Math.min(editor.height, 480) };
  const shoot = async (/** @type {number} */ delay) => {
    frames.push({ image: await workbench.page.screenshot({ clip }), delay });
  };
  await shoot(OFFER);
  for (const part of SCRIPT) {
    if (part === "Tab") {
      const offered = await workbench.waitForGhostText(/\S/, 3000).catch(() => undefined);
      if (offered === undefined) continue;
      await shoot(OFFER);
      await workbench.press("Tab");
      await sleep(300);
      await shoot(OFFER);
    } else {
      for (const key of part) {
        await workbench.typeText(key);
        await sleep(150);
        await shoot(KEY);
      }
    }
  }
  await shoot(END);
  writeFileSync(join(repository, "docs/images/ghost-text-recording.png"), animate());
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = 1;
} finally {
  await window?.close();
}

function animate() {
  const decoded = frames.map(({ image }) => UPNG.decode(Uint8Array.from(image).buffer));
  const { width = 0, height = 0 } = decoded[0] ?? {};
  const pixels = decoded.flatMap((image) => UPNG.toRGBA8(image).slice(0, 1));
  const delays = frames.map(({ delay }) => delay);
  return Buffer.from(UPNG.encode(pixels, width, height, COLOURS, delays));
}
