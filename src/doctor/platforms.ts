/** What ONNX Runtime has a native library for. Packages for Intel Macs and Alpine Linux carry its WebAssembly instead. */
export const PLATFORMS: readonly string[] = ["win32-x64", "win32-arm64", "linux-x64", "linux-arm64", "darwin-arm64"];

/** The oldest GNU C library that the Linux ones run with. */
export const LEAST_GLIBC = "2.28";

/** Whether a version such as `2.31` is at least another one. */
export function isAtLeast(version: string, least: string): boolean {
  return version.localeCompare(least, "en", { numeric: true }) >= 0;
}
