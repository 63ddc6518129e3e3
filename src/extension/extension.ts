import * as vscode from "vscode";
import { toLocalghostError, type LocalghostError } from "../shared/errors.ts";
import { Actions } from "./actions/actions.ts";
import type { LocalghostApi } from "./api.ts";
import { startEngineProcess } from "./client/engineProcess.ts";
import { EngineSupervisor } from "./client/engineSupervisor.ts";
import { generateWith } from "./client/generateText.ts";
import { registerCommands } from "./commands.ts";
import { Completer } from "./completion/completer.ts";
import { InlineCompletionProvider } from "./completion/inlineCompletionProvider.ts";
import { windowLength } from "./completion/prompt.ts";
import { LEAST_PROBABILITY } from "./completion/sensitivity.ts";
import { getSetting, isEnabled, onDidChangeSettings } from "./config.ts";
import { ContextLength } from "./contextLength.ts";
import { DisposableStore } from "./disposables.ts";
import { readEngineLaunch } from "./engineLaunch.ts";
import { createLog } from "./log.ts";
import { Notifier } from "./notify.ts";
import { FileScores } from "./playground/fileScores.ts";
import { PlaygroundView } from "./playground/playgroundView.ts";
import { RequestLog } from "./requestLog.ts";
import { ENGINE_SETTINGS, SETTING_NAMES } from "./settings.ts";
import { StatusItem } from "./statusItem.ts";
import { warmUpAtRest } from "./warmUp.ts";

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
  const log = store.add(createLog());
  const notifier = new Notifier();
  const engine = new EngineSupervisor(
    () => startEngineProcess(context.asAbsolutePath("dist/engine.cjs"), (line) => log.warn(`engine: ${line}`)),
    () => readEngineLaunch(context),
    log,
  );
  supervisor = engine;
  const requests = new RequestLog(engine, log);
  const completer = new Completer(
    generateWith(engine, (figures) => requests.add(figures, "dropped")),
    () => ({
      debounceMs: getSetting("debounceMs"),
      maxTokens: getSetting("maxTokens"),
      maxLines: getSetting("maxLines"),
      leastProbability: LEAST_PROBABILITY[getSetting("sensitivity")],
    }),
    requests.add,
  );
  const contextLength = store.add(new ContextLength(context.globalState, engine));
  const window = () => windowLength(contextLength.value, getSetting("maxTokens"));
  const provider = new InlineCompletionProvider(completer, window, (error) => report(error, engine, notifier, log));
  const status = store.add(new StatusItem(() => requests.msPerToken));
  status.update(engine.state);

  store.add(engine.onDidChangeState((state) => status.update(state)));
  store.add(
    engine.onDidChangeState((state) => {
      if (state.kind === "failed") notifier.show(state.reason);
    }),
  );
  store.add(vscode.window.onDidChangeActiveTextEditor(() => status.update(engine.state)));
  store.add(
    onDidChangeSettings(["enable", "enableByLanguage"], () => {
      status.update(engine.state);
      // What is on the screen was decided by the old setting.
      void vscode.commands.executeCommand("editor.action.inlineSuggest.hide");
      if (!isEnabled()) void engine.stop();
    }),
  );
  store.add(
    onDidChangeSettings(ENGINE_SETTINGS, () => {
      notifier.reset();
      if (engine.state.kind === "asleep") void engine.stop();
      else if (engine.state.kind !== "off") void engine.restart();
    }),
  );
  store.add(onDidChangeSettings(SETTING_NAMES, () => completer.clear()));
  store.add(warmUpAtRest(engine, window, requests));
  store.add(vscode.languages.registerInlineCompletionItemProvider({ pattern: "**" }, provider));
  const { extensionUri } = context;
  const playground = store.add(new PlaygroundView({ extensionUri, engine, log, templates: () => actions.templates }));
  const actions: Actions = store.add(
    new Actions({ context, engine, notifier, log, openInPlayground: (shown) => playground.open(shown) }),
  );
  const scores = store.add(new FileScores(engine, notifier));
  store.add(registerCommands({ supervisor: engine, notifier, log, actions, playground, scores }));

  return {
    get engineState() {
      return engine.state;
    },
    get enginePid() {
      return engine.pid;
    },
    get requestCount() {
      return engine.requestCount;
    },
    get lastRequest() {
      return requests.last;
    },
    get lastReadAhead() {
      return requests.lastReadAhead;
    },
    get results() {
      return actions.results;
    },
  };
}

/** Ghost text fails silently, in the log, unless it is news; a crash is the supervisor's to report. */
function report(
  error: LocalghostError,
  engine: EngineSupervisor,
  notifier: Notifier,
  log: vscode.LogOutputChannel,
): void {
  if (engine.state.kind === "failed") return;
  log.error(error);
  if (error.kind !== "engineStopped") notifier.show(error);
}
