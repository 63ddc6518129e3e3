import type { Readable } from "node:stream";
import { AbstractMessageReader, type DataCallback, type Disposable, Message, type MessageReader } from "vscode-jsonrpc";

const HEADER_END = "\r\n\r\n";
/** A header has one or two short fields. */
const MAX_HEADER_BYTES = 1024;
/** Far more than any document; a larger claim is a mistake, and waiting for it would wait for ever. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/**
 * The fields of a header up to its end; what stands before the first is garbage of an earlier message. Of two lengths the
 * last one counts: the other belongs to a header that was cut off.
 */
const HEADER =
  /(?:^(?:[\w-]+:[^\r\n]*\r\n)*)?content-length: *(\d+)(?:\r\n(?![\w-]*content-length:)[\w-]+:[^\r\n]*)*$/i;

/** Its message says what is wrong with the bytes: "it is not JSON". */
export class MalformedMessageError extends Error {
  override readonly name = "MalformedMessageError";
}

interface Header {
  start: number;
  /** Where the message itself begins. */
  end: number;
  contentLength: number;
}

/**
 * Reads messages framed by `Content-Length` and finds its way back after bytes that are no message: vscode-jsonrpc's own
 * reader takes the rest of a malformed message for the header of the next, and loses all that follow.
 *
 * A header cannot stand inside JSON, where line breaks are escaped. So wherever one is seen, a message begins.
 */
export class RecoveringMessageReader extends AbstractMessageReader implements MessageReader {
  readonly #readable: Readable;
  /** Bytes not yet used; joined only when they may hold a whole message. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #neededBytes = 0;
  /** The last bytes received, since a header's end may be cut in two. */
  #tail = Buffer.alloc(0);
  /** True until the next message: one malformed message is one error. */
  #isLost = false;

  constructor(readable: Readable) {
    super();
    this.#readable = readable;
  }

  listen(callback: DataCallback): Disposable {
    const onData = (chunk: Buffer): void => this.#receive(chunk, callback);
    this.#readable.on("data", onData);
    this.#readable.on("error", (error) => this.fireError(error));
    this.#readable.on("close", () => this.fireClose());
    return { dispose: () => this.#readable.off("data", onData) };
  }

  #receive(chunk: Buffer, callback: DataCallback): void {
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    const recent = Buffer.concat([this.#tail, chunk]);
    this.#tail = recent.subarray(1 - HEADER_END.length);
    // A header in the middle of a message that is still awaited ends the wait for it.
    if (this.#pendingBytes < this.#neededBytes && !recent.includes(HEADER_END)) return;
    const rest = this.#readMessages(Buffer.concat(this.#pending), callback);
    this.#pending = [rest];
    this.#pendingBytes = rest.length;
  }

  /** Delivers the whole messages in `bytes` and returns what is left. */
  #readMessages(bytes: Buffer, callback: DataCallback): Buffer {
    this.#neededBytes = 0;
    for (;;) {
      const header = findHeader(bytes, 0);
      if (!header) return this.#withoutGarbage(bytes);
      if (header.start > 0) this.#refuse("it has no Content-Length");
      const end = header.end + header.contentLength;
      if (header.contentLength > MAX_MESSAGE_BYTES) {
        this.#refuse(`it claims ${header.contentLength} bytes`);
        bytes = bytes.subarray(header.end);
      } else if (end <= bytes.length) {
        const isMessage = this.#deliver(bytes.subarray(header.end, end), callback);
        bytes = bytes.subarray(isMessage ? end : header.end);
      } else if (findHeader(bytes, header.end)) {
        this.#refuse("it is shorter than its Content-Length");
        bytes = bytes.subarray(header.end);
      } else {
        this.#neededBytes = end - header.start;
        return bytes.subarray(header.start);
      }
    }
  }

  /** False when another message may begin inside these bytes, since they are not JSON. */
  #deliver(body: Buffer, callback: DataCallback): boolean {
    let message: unknown;
    try {
      message = JSON.parse(body.toString("utf8"));
    } catch {
      this.#refuse("it is not JSON");
      return false;
    }
    this.#isLost = false;
    try {
      if (isMessage(message)) callback(message);
      else this.#refuse("it is no request, notification or response");
    } catch (error) {
      // Such as a cancellation that names no request.
      this.#refuse(error instanceof Error ? error.message : String(error));
    }
    return true;
  }

  #withoutGarbage(bytes: Buffer): Buffer {
    const end = bytes.lastIndexOf(HEADER_END);
    if (end !== -1) {
      this.#refuse("it has no Content-Length");
      return bytes.subarray(end + HEADER_END.length);
    }
    return bytes.subarray(-MAX_HEADER_BYTES);
  }

  #refuse(why: string): void {
    if (!this.#isLost) this.fireError(new MalformedMessageError(why));
    this.#isLost = true;
  }
}

function findHeader(bytes: Buffer, from: number): Header | undefined {
  let end = bytes.indexOf(HEADER_END, from);
  while (end !== -1) {
    const start = Math.max(from, end - MAX_HEADER_BYTES);
    const match = HEADER.exec(bytes.toString("latin1", start, end));
    if (match) return { start: start + match.index, end: end + HEADER_END.length, contentLength: Number(match[1]) };
    end = bytes.indexOf(HEADER_END, end + HEADER_END.length);
  }
  return undefined;
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== "object" || value === null) return false;
  const message = value as Message;
  return Message.isRequest(message) || Message.isNotification(message) || Message.isResponse(message);
}
