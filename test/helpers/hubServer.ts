/** A Hugging Face hub on this machine: the routes that a download needs, a CDN on another port, and faults on demand. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import * as path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** What goes wrong with a file's bytes, or with an answer. */
export type Fault =
  /** The connection breaks after so many bytes of the body. */
  | { kind: "cut"; after: number }
  /** The connection stays open, and nothing more comes. */
  | { kind: "stall"; after: number }
  /** One byte is another one. */
  | { kind: "flip"; at: number }
  | { kind: "status"; status: number; retryAfter?: string }
  /** A few bytes at a time. */
  | { kind: "trickle"; bytes: number; everyMs: number }
  /** The server says, and sends, so many bytes more than there are; fewer when negative. */
  | { kind: "length"; extra: number }
  /** Every answer is the whole file. */
  | { kind: "noRanges" }
  /** A range that was not asked for. */
  | { kind: "otherRange" }
  /** A login page instead of an answer. */
  | { kind: "page" };

interface PlacedFault {
  where: RegExp;
  fault: Fault;
  times: number;
}

export interface LoggedRequest {
  /** `hub` or `cdn`. */
  host: string;
  url: string;
  range: string | undefined;
  authorization: string | undefined;
}

interface TestRepository {
  files: Map<string, Buffer>;
  licence: string;
  /** Only with this token. */
  token?: string;
  gated?: boolean;
}

/** Larger files are LFS's, and served by the CDN. */
const LFS_BYTES = 4096;

export class TestHub {
  readonly requests: LoggedRequest[] = [];
  /** Bytes of bodies sent, by path in the repository. */
  sent = new Map<string, number>();
  readonly #repositories = new Map<string, TestRepository>();
  readonly #faults: PlacedFault[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #hub = http.createServer((request, response) => void this.#answer("hub", request, response));
  readonly #cdn = http.createServer((request, response) => void this.#answer("cdn", request, response));

  static async start(): Promise<TestHub> {
    const hub = new TestHub();
    for (const server of [hub.#hub, hub.#cdn]) {
      server.on("connection", (socket) => {
        hub.#sockets.add(socket);
        socket.on("close", () => hub.#sockets.delete(socket));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    }
    return hub;
  }

  get endpoint(): string {
    return addressOf(this.#hub);
  }

  /** Publishes a folder as a repository; `changes` replaces or, with null, leaves out files. */
  publish(
    name: string,
    folder: string,
    changes: Readonly<Record<string, string | Buffer | null>> = {},
    options: Partial<TestRepository> = {},
  ): void {
    const files = new Map<string, Buffer>();
    for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      const inside = path.relative(folder, file).split(path.sep).join("/");
      if (entry.isFile() && !inside.startsWith("localghost-")) files.set(inside, fs.readFileSync(file));
    }
    for (const [file, content] of Object.entries(changes)) {
      if (content === null) files.delete(file);
      else files.set(file, Buffer.from(content));
    }
    this.#repositories.set(name, { files, licence: "mit", ...options });
  }

  /** The commit that `main` is at: it changes with the files. */
  commit(name: string): string {
    const hash = createHash("sha1");
    for (const [file, content] of this.#repositories.get(name)?.files ?? []) hash.update(file).update(content);
    return hash.digest("hex");
  }

  /** The next `times` answers whose URL matches go wrong. */
  fail(where: RegExp, fault: Fault, times = Infinity): void {
    this.#faults.push({ where, fault, times });
  }

  mend(): void {
    this.#faults.length = 0;
  }

  forgetRequests(): void {
    this.requests.length = 0;
    // Answers that are still under way count for what was asked before.
    this.sent = new Map();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([this.#hub, this.#cdn].map((server) => new Promise((resolve) => server.close(resolve))));
  }

  async #answer(host: string, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = request.url ?? "/";
    const { range, authorization } = request.headers;
    this.requests.push({ host, url, range, authorization });
    const fault = this.#takeFault(url);
    if (fault?.kind === "status") {
      const headers = fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter };
      response.writeHead(fault.status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify({ error: `fault ${fault.status}` }));
    } else if (fault?.kind === "page") {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Please log in.</html>");
    } else if (host === "cdn") {
      const [, name = "", file = ""] = /^\/cdn\/([^/]+\/[^/]+)\/(.*)$/.exec(decodeURIComponent(url)) ?? [];
      await this.#sendFile(request, response, name, file, fault);
    } else {
      await this.#route(new URL(url, this.endpoint), request, response, fault);
    }
  }

  #takeFault(url: string): Fault | undefined {
    const placed = this.#faults.find(({ where, times }) => times > 0 && where.test(url));
    if (placed) placed.times--;
    return placed?.fault;
  }

  async #route(
    url: URL,
    request: http.IncomingMessage,
    response: http.ServerResponse,
    fault: Fault | undefined,
  ): Promise<void> {
    const path = decodeURIComponent(url.pathname);
    if (path === "/api/models") {
      this.#sendSearch(url, response);
      return;
    }
    const match =
      /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\/([^/]+)$/.exec(path) ??
      /^\/([^/]+\/[^/]+)\/(resolve)\/([^/]+)\/(.+)$/.exec(path);
    const [, name = "", kind, revision = "", file = ""] = match ?? [];
    const repository = this.#repositories.get(name);
    // As the real hub, which does not tell a private repository from none.
    const hidden = repository?.token !== undefined && request.headers.authorization !== `Bearer ${repository.token}`;
    if (!repository || hidden) {
      sendJson(response, 401, { error: "Invalid username or password." });
      return;
    }
    if (!["HEAD", "main", this.commit(name)].includes(revision)) {
      sendJson(response, 404, { error: "Revision not found" });
      return;
    }
    if (kind === "revision") {
      this.#sendInfo(name, repository, response);
      return;
    }
    if (kind === "tree") {
      this.#sendTree(url, repository, response);
      return;
    }
    const content = repository.files.get(file);
    if (!content) {
      sendJson(response, 404, { error: "Entry not found" });
      return;
    }
    if (repository.gated) {
      sendJson(response, 403, { error: "Access to model is restricted" });
      return;
    }
    const linked = {
      "x-repo-commit": this.commit(name),
      "x-linked-size": content.length,
      "x-linked-etag": `"${isLarge(content) ? sha256(content) : gitBlob(content)}"`,
    };
    if (isLarge(content)) {
      response.writeHead(302, { ...linked, location: `${addressOf(this.#cdn)}/cdn/${name}/${file}` }).end();
      return;
    }
    await this.#sendFile(request, response, name, file, fault, linked);
  }

  #sendInfo(name: string, repository: TestRepository, response: http.ServerResponse): void {
    sendJson(response, 200, {
      _id: "1",
      id: name,
      sha: this.commit(name),
      private: repository.token !== undefined,
      gated: repository.gated ? "manual" : false,
      downloads: 7,
      likes: 3,
      lastModified: "2026-01-01T00:00:00.000Z",
      pipeline_tag: "text-generation",
      cardData: { license: repository.licence },
      tags: ["gpt2", `license:${repository.licence}`],
    });
  }

  /** In pages of three, as the real hub has pages of a thousand. */
  #sendTree(url: URL, { files }: TestRepository, response: http.ServerResponse): void {
    const from = Number(url.searchParams.get("cursor") ?? 0);
    const page = [...files].slice(from, from + 3).map(([file, content]) => ({
      type: "file",
      path: file,
      size: content.length,
      oid: gitBlob(isLarge(content) ? Buffer.from(`pointer ${sha256(content)}`) : content),
      ...(isLarge(content) ? { lfs: { oid: sha256(content), size: content.length, pointerSize: 134 } } : {}),
    }));
    if (from + 3 < files.size) {
      const next = new URL(url);
      next.searchParams.set("cursor", String(from + 3));
      response.setHeader("link", `<${next.href}>; rel="next"`);
    }
    sendJson(response, 200, page);
  }

  #sendSearch(url: URL, response: http.ServerResponse): void {
    const words = url.searchParams.get("search") ?? "";
    const found = [...this.#repositories.keys()].filter((name) => name.includes(words));
    const limit = Number(url.searchParams.get("limit"));
    const entry = (name: string): object => ({
      ...{ _id: name, id: name, private: false, gated: false, downloads: 7, likes: 3 },
      lastModified: "2026-01-01T00:00:00.000Z",
    });
    sendJson(response, 200, found.slice(0, limit).map(entry));
  }

  async #sendFile(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    name: string,
    file: string,
    fault: Fault | undefined,
    headers: http.OutgoingHttpHeaders = {},
  ): Promise<void> {
    let content = this.#repositories.get(name)?.files.get(file) ?? Buffer.alloc(0);
    if (fault?.kind === "flip") {
      content = Buffer.from(content);
      content[fault.at] = (content[fault.at] ?? 0) ^ 1;
    }
    if (fault?.kind === "length") {
      const { extra } = fault;
      content = extra < 0 ? content.subarray(0, extra) : Buffer.concat([content, Buffer.alloc(extra)]);
    }
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
    let start = asked === undefined || fault?.kind === "noRanges" ? 0 : Number(asked);
    if (fault?.kind === "otherRange") start = Math.floor(start / 2);
    if (start >= content.length && start > 0) {
      response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
      return;
    }
    const partial = asked !== undefined && fault?.kind !== "noRanges";
    const range = { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` };
    response.writeHead(partial ? 206 : 200, {
      ...headers,
      ...(partial ? range : {}),
      "content-length": content.length - start,
    });
    await this.#sendBody(response, file, content.subarray(start), fault);
  }

  async #sendBody(response: http.ServerResponse, file: string, body: Buffer, fault: Fault | undefined): Promise<void> {
    const { sent } = this;
    const send = (bytes: Buffer): Promise<void> =>
      new Promise((resolve) => {
        sent.set(file, (sent.get(file) ?? 0) + bytes.length);
        response.write(bytes, () => resolve());
      });
    if (fault?.kind === "cut" || fault?.kind === "stall") {
      await send(body.subarray(0, fault.after));
      if (fault.kind === "cut") {
        // What was written has to leave first.
        await wait(20);
        response.destroy();
      }
      return;
    }
    const step = fault?.kind === "trickle" ? fault.bytes : 1 << 16;
    for (let start = 0; start < body.length && !response.destroyed; start += step) {
      await send(body.subarray(start, start + step));
      if (fault?.kind === "trickle") await wait(fault.everyMs);
    }
    response.end();
  }
}

function isLarge(content: Buffer): boolean {
  return content.length > LFS_BYTES;
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function gitBlob(content: Buffer): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

function sendJson(response: http.ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function addressOf(server: http.Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
