import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { openPromise as openZip, type ZipFile } from "yauzl";
import { LocalghostError } from "../../shared/errors.ts";
import { CUDA_FILES } from "./cudaPackage.ts";
import { get, type PackageDetails, reasonOf } from "./nugetFeed.ts";

/** Whether all libraries lie in a folder. */
export function hasCudaLibraries(folder: string): boolean {
  return [...CUDA_FILES.values()].every((name) => fs.existsSync(path.join(folder, name)));
}

/**
 * Fetches the package, checks it, and puts its CUDA libraries into a folder, which appears whole or not at all.
 * @param onProgress called with the bytes that have arrived
 * @throws LocalghostError `downloadFailed`
 */
export async function installCuda(
  details: PackageDetails,
  folder: string,
  onProgress: (bytes: number) => void,
): Promise<void> {
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  // Beside its place: a rename never leaves the file system.
  const temporary = fs.mkdtempSync(`${folder}.`);
  try {
    const file = path.join(temporary, "package.zip");
    await download(details, file, onProgress);
    const libraries = path.join(temporary, "libraries");
    fs.mkdirSync(libraries);
    await extract(file, details.url, libraries);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(libraries, folder);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

async function download(
  { url, bytes, sha512 }: PackageDetails,
  file: string,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const { body } = await get(url);
  if (!body) throw new LocalghostError("downloadFailed", `${url} was answered with nothing: try again later.`);
  const hash = createHash("sha512");
  let arrived = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      arrived += chunk.length;
      onProgress(arrived);
      done(null, chunk);
    },
  });
  try {
    await pipeline(Readable.fromWeb(body), measure, fs.createWriteStream(file));
  } catch (cause) {
    throw new LocalghostError("downloadFailed", `The download of ${url} broke off (${reasonOf(cause)}): try again.`, {
      cause,
    });
  }
  if (bytes !== undefined && arrived !== bytes) {
    throw new LocalghostError(
      "downloadFailed",
      `${url} gave ${arrived} bytes and not the ${bytes} that its feed names: nothing was installed, try again.`,
    );
  }
  if (sha512 !== undefined && hash.digest("base64") !== sha512) {
    throw new LocalghostError(
      "downloadFailed",
      `What ${url} gave has another SHA-512 than its feed names: nothing was installed, try again or name another feed.`,
    );
  }
}

/** Takes the CUDA libraries out of the package and leaves the rest. */
async function extract(file: string, url: string, target: string): Promise<void> {
  const missing = new Set(CUDA_FILES.keys());
  const damaged = (cause: unknown): LocalghostError =>
    new LocalghostError("downloadFailed", `The package of ${url} cannot be read (${reasonOf(cause)}): try again.`, {
      cause,
    });
  let zip: ZipFile;
  try {
    zip = await openZip(file, { lazyEntries: true });
  } catch (cause) {
    throw damaged(cause);
  }
  try {
    for await (const entry of zip.eachEntry()) {
      const name = CUDA_FILES.get(entry.fileName);
      if (name === undefined) continue;
      await pipeline(await zip.openReadStreamPromise(entry), fs.createWriteStream(path.join(target, name)));
      missing.delete(entry.fileName);
    }
  } catch (cause) {
    throw damaged(cause);
  } finally {
    zip.close();
  }
  const [name] = missing;
  if (name !== undefined) {
    throw new LocalghostError("downloadFailed", `The package of ${url} has no ${name}: name another feed.`);
  }
}
