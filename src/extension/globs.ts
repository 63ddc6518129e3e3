/** A drive of Windows at the beginning, as people write it or as an address has it. */
const DRIVE = /^\/?([A-Za-z]):[\\/]/;

/**
 * A glob as VS Code compares it with paths: these have `/`, and the letter of a drive is small. A pattern may be a folder's, as
 * in `files.exclude`, and then all in it is meant; one that ends with `*` alone says itself how deep it goes.
 */
export function asCompared(glob: string): string[] {
  const drive = DRIVE.exec(glob)?.[1];
  const path = drive === undefined ? glob : `${drive.toLowerCase()}:/${glob.replace(DRIVE, "").replaceAll("\\", "/")}`;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name === "" || /^\*+$/.test(name) ? [path] : [path, `${path}/**`];
}
