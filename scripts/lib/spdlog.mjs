/**
 * VS Code's log writer (@vscode/spdlog) in JavaScript. The package ships as C++ source alone; with this in its place the
 * VS Code server needs no compiler, no Python and no Node headers. It offers only what VS Code calls.
 */
import { createWriteStream, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, extname } from "node:path";

const levels = /** @type {const} */ (["trace", "debug", "info", "warning", "error", "critical", "off"]);

export const version = 0;

export function setLevel() {
  // Each logger has its own level.
}

export function setFlushOn() {
  // Streams write as soon as they can.
}

/** A log file that is moved aside when it is full. */
export class Logger {
  /**
   * @param {string} _type
   * @param {string} _name
   * @param {string} file
   * @param {number} fileSize
   * @param {number} fileCount
   */
  constructor(_type, _name, file, fileSize, fileCount) {
    mkdirSync(dirname(file), { recursive: true });
    this.file = file;
    this.fileSize = fileSize;
    this.fileCount = fileCount;
    this.level = 2;
    this.withTime = true;
    this.size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    this.stream = this.open();
  }

  /** @param {string} message */
  trace = (message) => this.write(0, message);
  /** @param {string} message */
  debug = (message) => this.write(1, message);
  /** @param {string} message */
  info = (message) => this.write(2, message);
  /** @param {string} message */
  warn = (message) => this.write(3, message);
  /** @param {string} message */
  error = (message) => this.write(4, message);
  /** @param {string} message */
  critical = (message) => this.write(5, message);

  getLevel = () => this.level;

  /** @param {number} level */
  setLevel = (level) => {
    this.level = level;
  };

  setPattern = () => {
    this.withTime = true;
  };

  clearFormatters = () => {
    this.withTime = false;
  };

  flush = () => {
    // Streams write as soon as they can.
  };

  drop = () => {
    this.stream.end();
  };

  /**
   * @param {number} level
   * @param {string} message
   */
  write(level, message) {
    if (level < this.level || this.stream.writableEnded) return;
    const line = this.withTime ? `${timestamp()} [${levels[level] ?? "info"}] ${message}\n` : message;
    this.size += Buffer.byteLength(line);
    if (this.size > this.fileSize) this.rotate(Buffer.byteLength(line));
    this.stream.write(line);
  }

  open() {
    const stream = createWriteStream(this.file, { flags: "a" });
    // A log that cannot be written must not end VS Code.
    stream.on("error", () => undefined);
    return stream;
  }

  /** @param {number} size */
  rotate(size) {
    this.stream.end();
    rmSync(this.numbered(this.fileCount - 1), { force: true });
    for (let number = this.fileCount - 1; number >= 1; number--) {
      if (statSync(this.numbered(number - 1), { throwIfNoEntry: false })) {
        renameSync(this.numbered(number - 1), this.numbered(number));
      }
    }
    this.size = size;
    this.stream = this.open();
  }

  /** @param {number} number */
  numbered(number) {
    if (number <= 0) return this.file;
    const extension = extname(this.file);
    return `${this.file.slice(0, this.file.length - extension.length)}.${number}${extension}`;
  }
}

/**
 * @param {string} name
 * @param {string} file
 * @param {number} fileSize
 * @param {number} fileCount
 */
export async function createRotatingLogger(name, file, fileSize, fileCount) {
  return Promise.resolve(new Logger("rotating", name, file, fileSize, fileCount));
}

export const createAsyncRotatingLogger = createRotatingLogger;

function timestamp() {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, -1).replace("T", " ");
}
