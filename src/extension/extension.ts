import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { toLocalghostError } from "../shared/errors.ts";
import { Actions } from "./actions/actions.ts";
import type { LocalghostApi } from "./api.ts";
import { startEngineProcess } from "./client/engineProcess.ts";
import { EngineSupervisor } from "./client/engineSupervisor.ts";
import { Chat } from "./chat/chat.ts";
import { registerCommands } from "./commands.ts";
import { getSetting, readRemoteSettings } from "./config.ts";
import { ContextLength } from "./contextLength.ts";
import { DisposableStore } from "./disposables.ts";
import { engineHostSentence } from "./engineHost.ts";
import { readEngineLaunch } from "./engineLaunch.ts";
import { ExperienceStore } from "./experienceStore.ts";
import { followSettings } from "./followSettings.ts";
import { followState } from "./followState.ts";
import { registerGhostText } from "./ghostText.ts";
import { helpCommands } from "./helpCommands.ts";
import { createLog } from "./log.ts";
import { MemoryFeed } from "./memory/memoryFeed.ts";
import { showMemoryStatus } from "./memory/memoryStatus.ts";
import { modelFacts } from "./models/modelFacts.ts";
import { Models } from "./models/models.ts";
import { ModelSpecs } from "./models/modelSpecs.ts";
import { Notifier } from "./notify.ts";
import { OriginTokens } from "./originTokens.ts";
import { FileScores } from "./playground/fileScores.ts";
import { PlaygroundView } from "./playground/playgroundView.ts";
import type { RemoteReach } from "./remote/connect.ts";
import { RemoteFirst } from "./remote/remoteFirst.ts";
import { remoteCommands } from "./remoteCommands.ts";
import { RequestLog } from "./requestLog.ts";
import { serverBackend } from "./server/serverBackend.ts";
import { ServerControl } from "./server/serverControl.ts";
import { StatusItem } from "./statusItem.ts";

let supervisor: EngineSupervisor | undefined;

/** VS Code says nothing when an extension fails to activate, so that we do. */
export function activate(context: vscode.ExtensionContext): LocalghostApi | undefined {
  const store = new DisposableStore();
  try {
    const api = build(context, store);
    context.subscriptions.push(store);
    return api;
  } catch (thrown) {
    store.dispose();
    new Notifier().show(toLocalghostError(thrown));
    return undefined;
  }
}

/** VS Code waits for the engine to end. */
export async function deactivate(): Promise<void> {
  await supervisor?.stop();
}

function build(context: vscode.ExtensionContext, store: DisposableStore): LocalghostApi {
  // For what is shared with the command line, which knows no VS Code; without a bundle its texts stay English.
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  const log = store.add(createLog());
  const notifier = new Notifier();
  const specs = new ModelSpecs(context.asAbsolutePath("models"));
  const engine = new EngineSupervisor(
    () =>
      startEngineProcess(
        context.asAbsolutePath("dist/engine.cjs"),
        (line) => log.warn(`engine: ${line}`),
        vscode.l10n.uri?.fsPath,
      ),
    () => readEngineLaunch(context, specs),
    log,
  );
  supervisor = engine;
  const tokens = new OriginTokens(context.secrets, { key: "remoteToken", title: vscode.l10n.t("Remote Server Token") });
  const reach: RemoteReach = {
    token: (origin) => tokens.get(origin),
    // VS Code's own: it goes through `http.proxy`, and trusts what VS Code trusts.
    fetch: (input, init) => globalThis.fetch(input, init),
  };
  const answering = new RemoteFirst(engine, readRemoteSettings, reach, log);
  const requests = new RequestLog(answering, log);
  const experience = new ExperienceStore(context.globalState);
  const contextLength = store.add(new ContextLength(context.globalState, answering));
  const memory = store.add(new MemoryFeed(engine, () => specs.specFor({}), log));
  store.add(showMemoryStatus(memory));
  // What other programs ask goes to this machine's engine, also where a remote server answers the user.
  const server = store.add(
    new ServerControl({ backend: serverBackend(engine, specs), secrets: context.secrets, notifier, log }),
  );
  const where = () => engineHostSentence(context.extension.extensionKind);
  const status = store.add(new StatusItem(modelFacts(answering, specs, requests, where), () => server.url));
  store.add(server.onDidChange(() => status.update(answering.state)));
  store.add(followState({ answering, engine, status, notifier, memento: context.globalState, log }));
  store.add(followSettings({ answering, engine, tokens, status, notifier }));
  store.add(registerGhostText({ answering, specs, contextLength, memory, experience, requests, notifier, log }));
  const { extensionUri } = context;
  const playground = store.add(
    new PlaygroundView({
      ...{ extensionUri, engine: answering, models: specs, log, templates: () => actions.templates },
      memory: () => (getSetting("memory.enable") ? {} : undefined),
    }),
  );
  const actions: Actions = store.add(
    new Actions({
      context,
      engine: answering,
      models: specs,
      notifier,
      log,
      openInPlayground: (shown) => playground.open(shown),
    }),
  );
  const scores = store.add(new FileScores(answering, specs, notifier));
  const tasks = async () => (await actions.templates.all()).map(({ template }) => template);
  const models = store.add(new Models({ context, engine, specs, notifier, log, tasks }));
  const chat = store.add(new Chat({ context, engine, specs, models, templates: () => actions.templates, log }));
  const help = helpCommands({ context, answering, engine, specs, memory, notifier });
  store.add(
    registerCommands({
      answering,
      headline: () => status.headline,
      notifier,
      log,
      actions,
      models,
      playground,
      scores,
      experience,
      memory,
      server,
      remote: remoteCommands({ answering, reach, tokens, notifier }),
      help,
    }),
  );

  return {
    get engineState() {
      return answering.state;
    },
    get enginePid() {
      return engine.pid;
    },
    get requestCount() {
      return answering.requestCount;
    },
    get lastRequest() {
      return requests.last;
    },
    get lastReadAhead() {
      return requests.lastReadAhead;
    },
    get memory() {
      return memory.state;
    },
    get results() {
      return actions.results;
    },
    answerChat: chat.answer,
  };
}
