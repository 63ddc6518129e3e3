import * as vscode from "vscode";
import { LocalghostError } from "../shared/errors.ts";
import { readRemoteSettings } from "./config.ts";
import type { RemoteCommand } from "./ids.ts";
import { inform, showProgress, type Notifier } from "./notify.ts";
import type { OriginTokens } from "./originTokens.ts";
import type { RemoteReach, RemoteSettings } from "./remote/connect.ts";
import { describeServer } from "./remote/describeServer.ts";
import { readEndpoint } from "./remote/endpoint.ts";
import type { RemoteFirst } from "./remote/remoteFirst.ts";

interface RemoteParts {
  readonly answering: RemoteFirst;
  readonly reach: RemoteReach;
  readonly tokens: OriginTokens;
  readonly notifier: Notifier;
}

/** The commands of the remote server. */
export function remoteCommands({
  answering,
  reach,
  tokens,
  notifier,
}: RemoteParts): Readonly<Record<RemoteCommand, () => Promise<void>>> {
  return {
    setRemoteToken: () =>
      notifier.guard(async () => {
        const { origin, host } = readEndpoint(server().endpoint);
        const prompt = vscode.l10n.t(
          "For {0}. It is kept in VS Code's secret storage and sent to no other host.",
          host,
        );
        await tokens.ask(origin, prompt);
      }),
    removeRemoteToken: () =>
      notifier.guard(async () => {
        await tokens.remove(readEndpoint(server().endpoint).origin);
      }),
    testRemote: () =>
      notifier.guard(async () => {
        const said = await showProgress(vscode.l10n.t("Test Remote Server"), (_, signal) =>
          describeServer(server(), reach, signal),
        );
        // It is there: whatever failed before is over.
        notifier.reset();
        answering.renew();
        void inform(said);
      }),
  };
}

/** @throws LocalghostError `invalidRequest` where there is none */
function server(): RemoteSettings {
  const settings = readRemoteSettings();
  if (settings) return settings;
  throw new LocalghostError(
    "invalidRequest",
    vscode.l10n.t("There is no remote server: write its address into the setting localghost.remote.endpoint."),
  );
}
