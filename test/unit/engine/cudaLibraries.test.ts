import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import {
  CUDA_LIBRARIES,
  linkCudaLibraries,
  parseMissing,
  refuseCudaElsewhere,
} from "../../../src/engine/model/cudaLibraries.ts";
import { temporaryFolder } from "../../helpers/fixtures.ts";

const SHARED = CUDA_LIBRARIES[0];

function fill(folder: string, what: string): void {
  for (const name of CUDA_LIBRARIES) fs.writeFileSync(path.join(folder, name), what);
}

function contents(folder: string): string[] {
  return CUDA_LIBRARIES.map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
}

test("fetched libraries are linked to where they are looked for, and found there afterwards", (t) => {
  const [fetched, runtime] = [temporaryFolder(t), temporaryFolder(t)];
  fill(fetched, "fetched");
  linkCudaLibraries(fetched, runtime);
  linkCudaLibraries(fetched, runtime);
  assert.deepEqual(contents(runtime), ["fetched", "fetched"]);
  assert.ok(fs.lstatSync(path.join(runtime, SHARED)).isSymbolicLink());
});

test("libraries that are there already stay, and a link that leads nowhere does not", (t) => {
  const [fetched, runtime] = [temporaryFolder(t), temporaryFolder(t)];
  fill(runtime, "installed otherwise");
  linkCudaLibraries(fetched, runtime);
  assert.deepEqual(contents(runtime), ["installed otherwise", "installed otherwise"]);
  fs.rmSync(path.join(runtime, SHARED));
  fs.symlinkSync(path.join(fetched, "gone"), path.join(runtime, SHARED));
  fill(fetched, "fetched");
  linkCudaLibraries(fetched, runtime);
  assert.deepEqual(contents(runtime), ["fetched", "installed otherwise"]);
});

test("what is missing is said in a sentence", (t) => {
  const fetched = temporaryFolder(t);
  assert.throws(() => linkCudaLibraries(fetched, temporaryFolder(t)), {
    kind: "deviceUnavailable",
    message:
      'CUDA is not set up: "localghost devices cuda" on the command line says what would be fetched, and from where.',
  });
  fill(fetched, "fetched");
  const nowhere = path.join(fetched, "no", "folder");
  assert.throws(() => linkCudaLibraries(fetched, nowhere), {
    kind: "deviceUnavailable",
    message: `The CUDA libraries must lie in ${nowhere}, which cannot be written: copy them there from ${fetched}.`,
  });
});

test("CUDA is refused where ONNX Runtime has none", () => {
  refuseCudaElsewhere("linux", "x64");
  for (const [platform, arch] of [
    ["darwin", "arm64"],
    ["linux", "arm64"],
    ["win32", "x64"],
  ] as const) {
    assert.throws(() => refuseCudaElsewhere(platform, arch), {
      kind: "deviceUnavailable",
      message: `CUDA runs on Linux x64 alone, and this is ${platform} ${arch}: take "webgpu", which runs on NVIDIA's GPUs, too.`,
    });
  }
});

test("what ldd could not resolve is named", () => {
  const output = [
    "\tlinux-vdso.so.1 (0x00007ffd6a5f2000)",
    "\tlibcublasLt.so.13 => not found",
    "\tlibstdc++.so.6 => /lib/x86_64-linux-gnu/libstdc++.so.6 (0x00007f5e11c00000)",
    "\tlibcuda.so.1 => not found",
    "",
  ].join("\n");
  assert.deepEqual(parseMissing(output), ["libcublasLt.so.13", "libcuda.so.1"]);
  assert.deepEqual(parseMissing("\tstatically linked\n"), []);
  assert.deepEqual(parseMissing(null), []);
});
