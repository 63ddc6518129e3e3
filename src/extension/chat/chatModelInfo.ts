import * as vscode from "vscode";
import type { InstalledModel } from "../../models/installed.ts";
import { EXTENSION_ID } from "../ids.ts";
import { formatParameters } from "../models/modelTexts.ts";
import { shortName } from "../models/rowTexts.ts";
import { answerLimit } from "./answerLimit.ts";

/** What VS Code lists of a model; undefined for one whose configuration cannot be read. */
export function chatModelInfo({
  name,
  contextLength,
  parameters,
  source,
  addedAt,
}: InstalledModel): vscode.LanguageModelChatInformation | undefined {
  if (contextLength === undefined || parameters === undefined) return undefined;
  const maxOutputTokens = answerLimit(contextLength);
  return {
    id: name,
    name: shortName(name).label,
    family: "gpt2",
    version: source?.kind === "hub" ? source.commit : (addedAt ?? extensionVersion()),
    detail: vscode.l10n.t("on this machine; continues text"),
    tooltip: vscode.l10n.t(
      "A GPT-2 with {0} parameters that runs on this machine. It is a base model: it goes on with a conversation, follows no instructions and calls no tools.",
      formatParameters(parameters),
    ),
    maxInputTokens: contextLength - maxOutputTokens,
    maxOutputTokens,
    capabilities: { toolCalling: false, imageInput: false },
  };
}

/** The embedded models are the extension's own. */
function extensionVersion(): string {
  const { version } = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON as { version: string };
  return version;
}
