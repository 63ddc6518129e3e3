/** A disk that is full, and one that is read-only: one sentence, nothing half-written, and all goes on once there is room. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { checkpointFolder, temporaryFolder } from "../helpers/fixtures.ts";
import { TestHub } from "../helpers/hubServer.ts";
import { itemsOf, zipOf } from "./helpers/archives.ts";
import type { DiskOutcome, DiskOutcomes } from "./helpers/diskScenarios.ts";

/** Room for the reserve that is always left free (diskSpace.ts), and for what is written. */
const DISK_MEGABYTES = 240;
const SCRIPT = path.join(import.meta.dirname, "helpers", "diskScenarios.ts");
/** A namespace of its own may mount what it likes: as root, or where the system lets users have one. */
const NAMESPACES = [["-m"], ["-rm"]];

const namespace = NAMESPACES.find((flags) => {
  const { status } = spawnSync("unshare", [...flags, "mount", "-t", "tmpfs", "tmpfs", "/tmp"], { stdio: "ignore" });
  return process.platform === "linux" && status === 0;
});

test("a disk that is full or read-only", { skip: namespace ? false : "no disk can be mounted here" }, async (t) => {
  const root = temporaryFolder(t);
  const [disk, elsewhere] = [path.join(root, "disk"), path.join(root, "elsewhere")];
  fs.mkdirSync(disk);
  fs.mkdirSync(elsewhere);
  const plain = checkpointFolder("tiny-plain");
  fs.writeFileSync(path.join(elsewhere, "tiny.zip"), zipOf(itemsOf(plain)));
  const hub = await TestHub.start();
  t.after(() => hub.stop());
  hub.publish("test/tiny", plain);
  const mounted = `mount -t tmpfs -o size=${DISK_MEGABYTES}m tmpfs "$1" && exec "$2" "$3" "$1" "$4" "$5"`;
  const { stdout } = await promisify(execFile)("unshare", [
    ...(namespace ?? []),
    ...["sh", "-c", mounted, "sh", disk, process.execPath, SCRIPT, elsewhere, hub.endpoint],
  ]);
  const outcomes = JSON.parse(stdout) as DiskOutcomes;
  const refused = (name: string, kind: string, message: RegExp): DiskOutcome => {
    const outcome = outcomes[name];
    assert.ok(outcome?.error, name);
    assert.equal(outcome.error.kind, kind, `${name}: ${outcome.error.message}`);
    assert.match(outcome.error.message, message, name);
    return outcome;
  };
  const full = /^The disk is full, and (imported\/\w+|packed) is as it was: make room and start again\.$/;

  const { left } = refused(
    "download: full",
    "downloadFailed",
    /, the disk is full: make room and start again; what has/,
  );
  assert.deepEqual(
    left.filter((file) => !file.startsWith("models/.staging/")),
    [],
    "what has arrived is kept where downloads are",
  );
  for (const name of ["import: full", "archive: full", "pack: full"]) {
    assert.deepEqual(refused(name, "downloadFailed", full).left, [], name);
  }
  const nowhere = refused(
    "load, with no other disk: full",
    "modelInvalid",
    /can be written neither there nor to .+ENOSPC/,
  );
  assert.deepEqual(nowhere.left, []);
  assert.deepEqual(outcomes["load, with a cache elsewhere: full"], { left: [] }, "it is packed there");
  for (const [name, { error }] of Object.entries(outcomes)) {
    if (name.endsWith(": room")) assert.equal(error, undefined, name);
  }

  const readOnly = /^The disk is read-only, and (imported|test)\/\w+ is as it was: choose another models folder\.$/;
  for (const what of ["download", "import", "remove"]) refused(`${what}: read-only`, "downloadFailed", readOnly);
  assert.deepEqual(outcomes["load: read-only"], { left: [] }, "what is packed is used");
  assert.deepEqual(outcomes["doctor: read-only"]?.left, ["EROFS"]);
});
