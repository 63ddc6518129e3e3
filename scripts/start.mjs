/** `npm start`: builds Localghost and opens it in a real VS Code on a copy of media/sample. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createCleanup } from "./lib/cleanup.mjs";
import { findInstalledDesktop, openDesktop } from "./lib/desktop.mjs";
import { ensureDependencies, projectNode } from "./lib/ensureDependencies.mjs";
import { hasDisplay, repository } from "./lib/paths.mjs";
import { Problem, describe, messageOf } from "./lib/problem.mjs";
import { copySampleWorkspace } from "./lib/sampleWorkspace.mjs";
import { startVscodeServer } from "./lib/vscodeServer.mjs";

const help = `Usage: npm start -- [--server] [--port N]

Builds Localghost and opens it in VS Code on a sample folder: in the VS Code that is installed here, else in one that is
downloaded, else (or with --server) in a VS Code server that a browser shows.

  --server   use the VS Code server and print its address
  --port N   the server's port (a free one by default); implies --server
  --help     show this text
`;

const cleanup = createCleanup();
try {
  await start(readOptions());
  await cleanup.run();
} catch (error) {
  if (!cleanup.isInterrupted()) {
    await cleanup.run();
    process.stderr.write(`${describe(error)}\n`);
    process.exit(1);
  }
}

/** @returns {{ help: boolean, server: boolean, port: number | undefined }} */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: { help: { type: "boolean" }, server: { type: "boolean" }, port: { type: "string" } },
    });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
      throw new Error("--port wants a number from 1 to 65535");
    }
    return { help: values.help ?? false, server: (values.server ?? false) || port !== undefined, port };
  } catch (error) {
    throw new Problem(`${messageOf(error)}; "npm start -- --help" shows what there is.`);
  }
}

/** @param {ReturnType<typeof readOptions>} options */
async function start(options) {
  if (options.help) {
    process.stdout.write(help);
    return;
  }
  await ensureDependencies();
  await build();
  const sample = await copySampleWorkspace(join(repository, "media", "sample"));
  cleanup.add(sample.remove);
  const desktop = options.server || !hasDisplay() ? undefined : await findDesktop();
  if (desktop) await runOnDesktop(desktop, sample.path);
  else await runOnServer(sample.path, options.port);
}

/** @returns {Promise<void>} */
function build() {
  return new Promise((resolve, reject) => {
    const script = join("scripts", "build.mjs");
    const child = spawn(projectNode, [script], { cwd: repository, stdio: "inherit" });
    child.on("error", (error) => reject(new Problem(`The build could not be started: ${messageOf(error)}.`)));
    child.on("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Problem("The build failed; its messages are above."));
    });
  });
}

async function findDesktop() {
  const installed = findInstalledDesktop();
  if (installed) return installed;
  // Only now: this needs a package that ensureDependencies() may just have installed.
  const { downloadDesktop } = await import("./lib/downloadDesktop.mjs");
  return downloadDesktop();
}

/**
 * @param {string} program
 * @param {string} folder
 */
async function runOnDesktop(program, folder) {
  const vscode = await openDesktop(program, folder, repository);
  cleanup.add(vscode.stop);
  process.stdout.write("VS Code opens with Localghost; this command ends when you close that window.\n");
  await vscode.exited;
}

/**
 * @param {string} folder
 * @param {number | undefined} port
 */
async function runOnServer(folder, port) {
  const server = await startVscodeServer({
    smokeTestDriver: false,
    linkedExtensions: [repository],
    settings: { "workbench.startupEditor": "readme" },
    ...(port === undefined ? {} : { port }),
  });
  cleanup.add(server.stop);
  process.stdout.write(`\nVS Code with Localghost is here; open it in a browser:\n\n  ${server.url(folder)}\n\n`);
  process.stdout.write("Ctrl-C ends it.\n");
  const code = await server.exited;
  if (!cleanup.isInterrupted()) throw new Problem(`The VS Code server ended by itself (${code}).`);
}
