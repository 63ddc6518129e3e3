/** The licences of all that a VSIX carries of others, as one text. */
import * as fs from "node:fs";
import * as path from "node:path";
import { repository } from "./paths.mjs";
import { Problem } from "./problem.mjs";

const LINE = "-".repeat(80);
const texts = path.join(repository, "scripts", "licences");

/**
 * The line that a package's section begins with.
 *
 * @param {{ name: string, version: string, licence: string }} shipped
 */
export function noticeHeading({ name, version, licence }) {
  return `${name} ${version} (${licence})`;
}

/**
 * @param {readonly import("./shippedPackages.mjs").ShippedPackage[]} packages
 * @param {string} target
 * @returns {string}
 */
export function thirdPartyNotices(packages, target) {
  const sections = packages.map((shipped) => `${LINE}\n${noticeHeading(shipped)}\n${LINE}\n\n${shipped.licenceText}\n`);
  if (target.startsWith("win32-")) {
    const licence = fs.readFileSync(path.join(texts, "directx-shader-compiler.txt"), "utf8").trim();
    sections.push(`${LINE}\nDirectX Shader Compiler: dxcompiler.dll and dxil.dll (NCSA)\n${LINE}\n\n${licence}\n`);
  }
  return [
    `Localghost is under the MIT licence (LICENSE.txt). This package carries works of others, under the licences below.\n`,
    ...sections,
    `${LINE}\nWhat is linked into ONNX Runtime, as its own notices have it\n${LINE}\n\n${onnxRuntimeNotices(packages)}\n`,
  ].join("\n");
}

/**
 * ONNX Runtime publishes its notices with its Python packages, and not with those of npm.
 *
 * @param {readonly import("./shippedPackages.mjs").ShippedPackage[]} packages
 */
function onnxRuntimeNotices(packages) {
  const version = packages.find(({ name }) => name === "onnxruntime-common")?.version ?? "";
  const file = path.join(texts, "onnxruntime", `ThirdPartyNotices-${version}.txt`);
  if (!fs.existsSync(file)) {
    throw new Problem(`${file} is missing: take onnxruntime/ThirdPartyNotices.txt from PyPI's onnxruntime ${version}.`);
  }
  return fs.readFileSync(file, "utf8").trim();
}
