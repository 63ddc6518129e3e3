/** Progress; the result alone goes to stdout. */
export function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
