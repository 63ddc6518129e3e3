import * as os from "node:os";
import * as l10n from "@vscode/l10n";
import { usableMemory } from "../models/machine.ts";
import { isCancelled, LocalghostError, toLocalghostError } from "../shared/errors.ts";
import type { ModelInfo, ModelSpec } from "../shared/protocol.ts";
import { checkDevice } from "./checks/device.ts";
import { checkEngine } from "./checks/engine.ts";
import { checkMachine } from "./checks/machine.ts";
import { checkModel } from "./checks/model.ts";
import { checkRuntime } from "./checks/runtime.ts";
import { checkSettings } from "./checks/settings.ts";
import { checkSpeed } from "./checks/speed.ts";
import { checkStorage } from "./checks/storage.ts";
import { checkWorkspaceMemory } from "./checks/workspaceMemory.ts";
import { CHECKS, type CheckName, type Diagnosis } from "./diagnosis.ts";
import { measureSpeed } from "./probes/speedProbe.ts";
import { probeModel, type ModelFacts } from "./probes/modelProbe.ts";
import { probeRuntime } from "./probes/runtimeProbe.ts";
import { probeStorage } from "./probes/storageProbe.ts";
import { redact } from "./redact.ts";
import type { Subject, SubjectEngine } from "./subject.ts";

/**
 * Makes every check in turn. A check that fails itself is a problem of its own, and keeps no other from being made:
 * the doctor is asked where something does not work.
 * @param onCheck told of each check before it is made, and which part of the whole is done
 * @throws LocalghostError `cancelled`
 */
export async function examine(
  subject: Subject,
  signal: AbortSignal,
  onCheck: (check: CheckName, done: number) => void = () => undefined,
): Promise<Diagnosis[]> {
  const { privateWords: words } = subject;
  const diagnoses: Diagnosis[] = [];
  const check = async (name: CheckName, make: () => Promise<Diagnosis | undefined> | Diagnosis): Promise<void> => {
    onCheck(name, CHECKS.indexOf(name) / CHECKS.length);
    try {
      const diagnosis = await make();
      if (diagnosis) diagnoses.push(diagnosis);
    } catch (thrown) {
      throwIfCancelled(thrown, signal);
      diagnoses.push(failed(name, redact(toLocalghostError(thrown).message, words)));
    }
  };
  let spec: ModelSpec | undefined;
  let model: ModelFacts | undefined;
  let engine: SubjectEngine | undefined;
  let info: ModelInfo | undefined;

  await check("runtime", async () =>
    checkRuntime(await probeRuntime(subject.root, subject.environment, signal), words),
  );
  await check("storage", async () => checkStorage(await probeStorage(subject.models().path)));
  await check("model", async () => {
    try {
      spec = subject.spec();
      model = await probeModel(spec, subject.embedded, signal);
    } catch (thrown) {
      if (!(thrown instanceof LocalghostError && thrown.kind === "modelNotFound")) throw thrown;
    }
    return checkModel(model);
  });
  await check("machine", () => checkMachine({ ...machineFacts(), ...neededBy(model), isLoaded: subject.isLoaded() }));
  await check("engine", async () => {
    if (!spec) return undefined;
    try {
      engine = await subject.engine();
      info = await engine.load(spec, signal);
      return checkEngine(info, words);
    } catch (thrown) {
      throwIfCancelled(thrown, signal);
      return checkEngine(toLocalghostError(thrown), words);
    }
  });
  await check("device", async () =>
    info && spec ? checkDevice(info, spec.device ?? "auto", words) : Promise.resolve(undefined),
  );
  await check("speed", async () =>
    engine && info && spec ? checkSpeed(await measureSpeed(engine, spec, info.contextLength, signal)) : undefined,
  );
  await check("settings", async () => subject.settings && checkSettings(await subject.settings()));
  await check("workspaceMemory", () => {
    const found = subject.workspaceMemory?.();
    return Promise.resolve(found && checkWorkspaceMemory(found));
  });
  return diagnoses;
}

function failed(check: CheckName, reason: string): Diagnosis {
  return {
    ...{ check, level: "problem", facts: { reason } },
    finding: l10n.t("This could not be checked: {0}", reason),
    advice: l10n.t("Report this with the log of “Show Log”."),
  };
}

function throwIfCancelled(thrown: unknown, signal: AbortSignal): void {
  if (signal.aborted || isCancelled(thrown)) throw new LocalghostError("cancelled", "The doctor was stopped.");
}

function machineFacts() {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    memoryBytes: usableMemory(),
    availableBytes: process.availableMemory(),
  };
}

function neededBy(model: ModelFacts | undefined): { neededBytes?: number } {
  return model?.memoryBytes === undefined ? {} : { neededBytes: model.memoryBytes };
}
