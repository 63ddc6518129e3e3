import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { isLocked, withProcessLock } from "../../../src/models/processLock.ts";
import { fails } from "../../engine/helpers/checkpoints.ts";
import { temporaryFolder } from "../../helpers/fixtures.ts";

const MODULE = new URL("../../../src/models/processLock.ts", import.meta.url).href;
const HOLD = `
  import { withProcessLock } from ${JSON.stringify(MODULE)};
  await withProcessLock(process.argv[1], "it", () => {
    process.stdout.write("locked");
    return new Promise((resolve) => setTimeout(resolve, 60_000));
  });`;
const CONTEND = `
  import * as fs from "node:fs";
  import { withProcessLock } from ${JSON.stringify(MODULE)};
  for (let done = 0; done < 20; ) {
    try {
      await withProcessLock(process.argv[1], "it", async () => {
        fs.writeFileSync(process.argv[1] + ".inside", "", { flag: "wx" });
        await new Promise((resolve) => setTimeout(resolve, 1));
        fs.rmSync(process.argv[1] + ".inside");
        done++;
      });
    } catch (error) {
      if (error.kind !== "modelBusy") throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }`;

function start(script: string, file: string) {
  return spawn(process.execPath, ["--input-type=module", "-e", script, file], { stdio: ["ignore", "pipe", "inherit"] });
}

test("a lock is held for as long as the action runs, also when that fails", async (t) => {
  const file = path.join(temporaryFolder(t), "a", "it.lock");
  const busy = fails("modelBusy", /^Another window or command is working on it: wait for it, or stop it there\.$/);
  await withProcessLock(file, "it", async () => {
    assert.ok(isLocked(file));
    await assert.rejects(
      withProcessLock(file, "it", () => Promise.resolve()),
      busy,
    );
  });
  assert.ok(!isLocked(file));
  await assert.rejects(
    withProcessLock(file, "it", () => Promise.reject(new Error("inside"))),
    /inside/,
  );
  assert.deepEqual(fs.readdirSync(path.dirname(file)), []);
});

test("a lock whose process was killed is taken over at once", async (t) => {
  const file = path.join(temporaryFolder(t), "it.lock");
  const holder = start(HOLD, file);
  await once(holder.stdout, "data");
  assert.ok(isLocked(file));
  await assert.rejects(
    withProcessLock(file, "it", () => Promise.resolve()),
    /Another window/,
  );
  holder.kill("SIGKILL");
  await once(holder, "close");
  assert.ok(!isLocked(file));
  assert.equal(await withProcessLock(file, "it", () => Promise.resolve(7)), 7);
  assert.deepEqual(fs.readdirSync(path.dirname(file)), []);
});

test("a lock from before the machine restarted, or one that is garbage, holds nobody up", async (t) => {
  const file = path.join(temporaryFolder(t), "it.lock");
  const hostname = spawnSync(process.execPath, ["-p", "os.hostname()"], { encoding: "utf8" }).stdout.trim();
  const owners = [JSON.stringify({ pid: process.pid, host: hostname, boot: "1", token: "x" }), "{", "null", "[]", ""];
  for (const owner of owners) {
    fs.writeFileSync(file, owner);
    assert.ok(!isLocked(file));
    assert.equal(await withProcessLock(file, "it", () => Promise.resolve(owner)), owner);
  }
});

test("a lock stays where it is when the clock is set", { skip: process.platform !== "linux" }, async (t) => {
  const file = path.join(temporaryFolder(t), "it.lock");
  await withProcessLock(file, "it", () => {
    for (const days of [-2, 2]) {
      t.mock.timers.enable({ apis: ["Date"], now: Date.now() + days * 24 * 3600_000 });
      assert.ok(isLocked(file), `${days} days`);
      t.mock.timers.reset();
    }
    return Promise.resolve();
  });
});

test("a lock of another machine on a shared disk is respected for a day", (t) => {
  const file = path.join(temporaryFolder(t), "it.lock");
  fs.writeFileSync(file, JSON.stringify({ pid: 1, host: "another machine", boot: "1", token: "x" }));
  assert.ok(isLocked(file));
  const twoDaysAgo = new Date(Date.now() - 2 * 24 * 3600 * 1000);
  fs.utimesSync(file, twoDaysAgo, twoDaysAgo);
  assert.ok(!isLocked(file));
});

test("of several processes one is inside at a time", async (t) => {
  const file = path.join(temporaryFolder(t), "it.lock");
  const codes = await Promise.all(Array.from({ length: 3 }, () => once(start(CONTEND, file), "close")));
  assert.deepEqual(codes.flat(), [0, null, 0, null, 0, null]);
});
