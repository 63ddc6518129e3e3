/** The engine process: JSON-RPC on stdin and stdout, everything else on stderr. Importing this file starts it. */
import { createMessageConnection, StreamMessageWriter } from "vscode-jsonrpc/node";
import { ModelChangedNotification, ModelUnloadedNotification } from "../shared/protocol.ts";
import { loadTranslations } from "../shared/translations.ts";
import { answerDeviceTrial, runDeviceTrial } from "./deviceTrial.ts";
import { Engine } from "./engine.ts";
import { RecoveringMessageReader } from "./messageReader.ts";
import { serve } from "./server.ts";

const output = process.stdout;
// Libraries that print would break the protocol's framing.
Object.defineProperty(process, "stdout", { get: () => process.stderr });
console.log = console.info = console.debug = console.error.bind(console);
loadTranslations(process.env, console.error);

answerDeviceTrial(process.argv.slice(2), output).then(
  (answered) => {
    if (!answered) serveStdio();
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);

function serveStdio(): void {
  const connection = createMessageConnection(
    new RecoveringMessageReader(process.stdin),
    new StreamMessageWriter(output),
  );
  const engine = new Engine({
    tryDevices: (trial) => runDeviceTrial(process.argv[1] ?? "", trial),
    onModelChanged: (info) => void connection.sendNotification(ModelChangedNotification, info).catch(() => undefined),
    onModelUnloaded: (info) => void connection.sendNotification(ModelUnloadedNotification, info).catch(() => undefined),
  });
  serve(connection, engine, () => process.exit(0));
}
