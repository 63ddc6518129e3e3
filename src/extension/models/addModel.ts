import * as os from "node:os";
import * as vscode from "vscode";
import { parseHubReference } from "../../models/modelName.ts";
import { toLocalghostError } from "../../shared/errors.ts";
import { inform, showProgress } from "../notify.ts";
import type { HubAccess } from "./hubAccess.ts";
import { pathOnDisk } from "./pathOnDisk.ts";

/** What a person wants to add: a model of the hub, or one of this machine. */
export type Added = { readonly kind: "hub"; readonly word: string } | { readonly kind: "local"; readonly path: string };

const MOST_FOUND = 50;

/** Asks where a model comes from, and which it is. */
export async function askModel(access: HubAccess): Promise<Added | undefined> {
  const ways = [
    {
      label: vscode.l10n.t("$(cloud-download) Repository or Address…"),
      detail: vscode.l10n.t(
        "For example owner/name, owner/name@revision, or the address of its page on {0}",
        access.host,
      ),
      ask: () => askRepository(access),
    },
    {
      label: vscode.l10n.t("$(search) Search {0}…", access.host),
      detail: vscode.l10n.t("GPT-2 models by words in their names"),
      ask: () => searchHub(access),
    },
    {
      label: vscode.l10n.t("$(folder-opened) Folder…"),
      detail: vscode.l10n.t("In the layout of Hugging Face: config.json, a tokenizer, model.safetensors or ONNX"),
      ask: () => askPath("folder"),
    },
    {
      label: vscode.l10n.t("$(file-zip) File or Archive…"),
      detail: vscode.l10n.t(".safetensors or .onnx with its small files beside it; .gguf, .zip, .tar.gz"),
      ask: () => askPath("file"),
    },
  ];
  const way = await vscode.window.showQuickPick(ways, {
    title: vscode.l10n.t("Add Model"),
    placeHolder: vscode.l10n.t("Where is the model?"),
  });
  return way?.ask();
}

async function askRepository(access: HubAccess): Promise<Added | undefined> {
  const word = await vscode.window.showInputBox({
    title: vscode.l10n.t("Add Model"),
    prompt: vscode.l10n.t("A repository of {0}: owner/name, owner/name@revision, or its address", access.host),
    placeHolder: "openai-community/gpt2",
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === "" ? undefined : problemWith(value, access.endpoint)),
  });
  return word === undefined || word.trim() === "" ? undefined : { kind: "hub", word: word.trim() };
}

function problemWith(word: string, endpoint: string): string | undefined {
  try {
    parseHubReference(word, endpoint);
    return undefined;
  } catch (thrown) {
    return toLocalghostError(thrown).message;
  }
}

/** The words go to the hub when the user confirms them, not while they are typed. */
async function searchHub(access: HubAccess): Promise<Added | undefined> {
  const words = await vscode.window.showInputBox({
    title: vscode.l10n.t("Search {0}", access.host),
    prompt: vscode.l10n.t("Words in the name of a GPT-2 model"),
    ignoreFocusOut: true,
  });
  if (words === undefined || words.trim() === "") return undefined;
  const found = await showProgress(vscode.l10n.t("Searching {0}", access.host), async (_, signal) =>
    (await access.hub()).search(words.trim(), MOST_FOUND, signal),
  );
  if (found.length === 0) {
    void inform(vscode.l10n.t("{0} has no GPT-2 model whose name matches “{1}”.", access.host, words.trim()));
    return undefined;
  }
  const items = found.map(({ name, downloads, likes, updated }) => ({
    label: name,
    description: vscode.l10n.t("Downloads: {0}, likes: {1}, updated {2}", downloads, likes, updated.slice(0, 10)),
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Models of {0}", access.host),
    matchOnDescription: true,
  });
  return chosen && { kind: "hub", word: chosen.label };
}

async function askPath(what: "folder" | "file"): Promise<Added | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Add Model"),
      openLabel: vscode.l10n.t("Add"),
      canSelectFiles: what === "file",
      canSelectFolders: what === "folder",
      defaultUri: vscode.Uri.file(os.homedir()),
      ...(what === "file" && {
        filters: { [vscode.l10n.t("Models and archives")]: ["safetensors", "onnx", "gguf", "zip", "tar", "gz", "tgz"] },
      }),
    })) ?? [];
  return chosen && { kind: "local", path: pathOnDisk(chosen) };
}
