import * as l10n from "@vscode/l10n";
import { connect, type RemoteReach, type RemoteSettings } from "./connect.ts";
import { RemoteClient } from "./remoteClient.ts";

/** What the speed is measured with: nothing of the user's. */
const TRIAL = { prompt: "Once upon a time", maxTokens: 32 };

/**
 * Connects to a server and says in a few sentences what it offers and how fast it is.
 * @throws as {@link connect}
 */
export async function describeServer(
  settings: RemoteSettings,
  reach: RemoteReach,
  signal: AbortSignal,
): Promise<string> {
  const { endpoint, connection, offers } = await connect(settings, reach, signal);
  const client = new RemoteClient(connection, offers);
  const { timings } = await client.generate({ ...TRIAL, model: { folder: endpoint.base }, priority: "action" }, signal);
  const { model, contextLength, logprobs, echo, tokenizer } = offers;
  return [
    contextLength === undefined
      ? l10n.t("{0} answers with {1}.", endpoint.host, model)
      : l10n.t("{0} answers with {1}, which looks at {2} tokens.", endpoint.host, model, contextLength),
    l10n.t(
      "It streams: the first token comes after {0} ms, then one each {1} ms.",
      timings.prefillMs.toFixed(0),
      timings.decodeMsPerToken.toFixed(1),
    ),
    logprobs
      ? l10n.t("It tells how likely its text is.")
      : l10n.t(
          "It does not tell how likely its text is: ghost text comes on request only, and tasks cannot say how sure they are.",
        ),
    echo
      ? l10n.t("It tells how likely a given text is.")
      : l10n.t(
          "It does not tell how likely a given text is: scores are not possible, and tasks write instead of choosing.",
        ),
    ...(tokenizer || echo ? [] : [l10n.t("It does not tell the tokens of a text: tasks are not possible.")]),
    ...(endpoint.isOpen ? [l10n.t("What is sent to it can be read on the way: the address is plain http.")] : []),
  ].join(" ");
}
