import type { BackendAccess } from "./client/backend.ts";
import { runDoctor } from "./doctor/doctor.ts";
import type { DoctorParts } from "./doctor/subject.ts";
import type { HelpCommand } from "./ids.ts";
import type { Notifier } from "./notify.ts";
import { openSample } from "./openSample.ts";

/** The commands that help to begin, and where something does not work. */
export function helpCommands(
  parts: DoctorParts & { readonly answering: BackendAccess; readonly notifier: Notifier },
): Readonly<Record<HelpCommand, () => Promise<void>>> {
  return {
    doctor: () => parts.notifier.guard(() => runDoctor(parts)),
    openSample: () => parts.notifier.guard(() => openSample(parts.context.extensionUri, parts)),
  };
}
