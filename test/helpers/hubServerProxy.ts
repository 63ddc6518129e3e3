/** An HTTP proxy that tunnels, for those who know its password. */
import * as http from "node:http";
import * as net from "node:net";

export class TestProxy {
  /** Hosts that were tunnelled to. */
  readonly tunnels: string[] = [];
  refused = 0;
  readonly #hosts: Readonly<Record<string, string>>;
  readonly #server = http.createServer((_, response) => response.writeHead(405).end());
  readonly #sockets = new Set<net.Socket>();

  private constructor(hosts: Readonly<Record<string, string>>) {
    this.#hosts = hosts;
  }

  /** @param hosts addresses of hosts that only this proxy knows */
  static async start(user: string, password: string, hosts: Readonly<Record<string, string>> = {}): Promise<TestProxy> {
    const proxy = new TestProxy(hosts);
    const expected = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    proxy.#server.on("connect", (request, client: net.Socket) => proxy.#tunnel(request, client, expected));
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** With or without `user:password`. */
  address(credentials?: string): string {
    const { port } = this.#server.address() as net.AddressInfo;
    return `http://${credentials === undefined ? "" : `${credentials}@`}127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #tunnel(request: http.IncomingMessage, client: net.Socket, expected: string): void {
    this.#sockets.add(client);
    client.on("error", () => undefined);
    if (request.headers["proxy-authorization"] !== expected) {
      this.refused++;
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n");
      return;
    }
    this.tunnels.push(request.url ?? "");
    const [host = "", port] = (request.url ?? "").split(":");
    const server = net.connect(Number(port), this.#hosts[host] ?? host, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      server.pipe(client);
      client.pipe(server);
    });
    this.#sockets.add(server);
    for (const socket of [server, client]) {
      socket.on("error", () => undefined);
      socket.on("close", () => [server, client].forEach((one) => one.destroy()));
    }
  }
}
