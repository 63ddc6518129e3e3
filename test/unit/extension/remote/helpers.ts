/** A client of a server of our own that can do what a test says. */
import type { TestContext } from "node:test";
import { connect } from "../../../../src/extension/remote/connect.ts";
import type { Offers } from "../../../../src/extension/remote/offers.ts";
import { RemoteClient } from "../../../../src/extension/remote/remoteClient.ts";
import { ServerConnection } from "../../../../src/extension/remote/serverConnection.ts";
import type { GenerateParams } from "../../../../src/shared/protocol.ts";
import { type Abilities, TestCompletionsServer } from "../../../helpers/completionsServer.ts";

export const always = new AbortController().signal;
export const model = { folder: "" };
export const asked = { model, prompt: "Here is a", maxTokens: 3, priority: "action" } as const satisfies GenerateParams;
export const PATIENCE_MS = 10_000;

interface Bench {
  server: TestCompletionsServer;
  client: RemoteClient;
  offers: Offers;
}

/** @param timeoutMs of the client; what the server offers is found out in peace */
export async function bench(
  t: TestContext,
  abilities: Partial<Abilities> = {},
  timeoutMs = PATIENCE_MS,
): Promise<Bench> {
  const server = await TestCompletionsServer.start(abilities);
  t.after(() => server.stop());
  const settings = { endpoint: server.address, model: "", timeoutMs: PATIENCE_MS };
  const { token } = abilities;
  const { endpoint, offers } = await connect(settings, { token: () => Promise.resolve(token), fetch }, always);
  const connection = new ServerConnection({ endpoint, token, timeoutMs, fetch });
  return { server, client: new RemoteClient(connection, offers), offers };
}
