/** The engine process: JSON-RPC on stdin and stdout, everything else on stderr. Importing this file starts it. */
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { Engine } from "./engine.ts";
import { serve } from "./server.ts";

// Libraries that print would break the protocol's framing.
console.log = console.info = console.debug = console.error.bind(console);

const connection = createMessageConnection(
  new StreamMessageReader(process.stdin),
  new StreamMessageWriter(process.stdout),
);
serve(connection, new Engine(), () => process.exit(0));
