/** Names of models: `owner/name` on a hub and in the models folder, `imported/name` for what came from a folder or file. */
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";

/** The owner of all models that did not come from a hub. */
export const IMPORTED = "imported";

/**
 * The hub's own rule, which every file system takes too: letters, digits, `_`, `-` and `.`; neither of the last two at an
 * end or twice in a row.
 */
const PART = /^(?!.*(--|\.\.))[A-Za-z0-9_]([\w.-]{0,94}\w)?$/;

/** Names that Windows keeps for devices, with or without an extension. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

function isNamePart(part: string): boolean {
  return PART.test(part) && !RESERVED.test(part);
}

/** True for `owner/name` of characters that are safe in a path and in a URL. */
export function isModelName(name: string): boolean {
  const parts = name.split("/");
  return parts.length === 2 && parts.every(isNamePart);
}

/** @throws LocalghostError `invalidRequest` */
export function checkModelName(name: string): void {
  if (isModelName(name)) return;
  throw new LocalghostError(
    "invalidRequest",
    l10n.t('"{0}" is no name of a model: write owner/name, of letters, digits, dots, dashes and underscores.', name),
  );
}

/** A name for what is imported from a file or folder of this name. */
export function importedName(baseName: string): string {
  const plain = baseName
    .replace(/[^\w.-]+/g, "-")
    .replace(/([.-])[.-]+/g, "$1")
    .slice(0, 96)
    .replace(/^[.-]+|[.-]+$/g, "");
  return `${IMPORTED}/${isNamePart(plain) ? plain : "model"}`;
}

/** A repository on a hub, as a person names it. */
export interface HubReference {
  /** `owner/name`, or the single name of the hub's oldest repositories. */
  readonly repository: string;
  /** A branch, a tag or a commit; absent: the repository's main branch. */
  readonly revision?: string;
}

const PUBLIC_HUBS = ["https://huggingface.co", "https://hf.co"];

/**
 * Reads `owner/name`, `owner/name@revision` or the address of a repository's page.
 * @param endpoint the hub that addresses must belong to
 * @throws LocalghostError `invalidRequest`
 */
export function parseHubReference(text: string, endpoint: string): HubReference {
  const trimmed = text.trim();
  return /^https?:/i.test(trimmed) ? parseAddress(trimmed, endpoint) : parseName(trimmed);
}

function parseName(text: string): HubReference {
  const [repository = "", revision, ...rest] = text.split("@");
  const valid = repository.includes("/") ? isModelName(repository) : isNamePart(repository);
  if (!valid || rest.length > 0 || revision === "") {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t('"{0}" is neither a repository (owner/name) nor a file or folder.', text),
    );
  }
  return revision === undefined ? { repository } : { repository, revision };
}

function parseAddress(text: string, endpoint: string): HubReference {
  const url = URL.parse(text);
  const known = [new URL(endpoint).origin, ...PUBLIC_HUBS];
  if (!url || !known.includes(url.origin)) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t(
        "{0} is not on {1}: make its hub the endpoint, or copy the model here and add the folder.",
        text,
        endpoint,
      ),
    );
  }
  // https://hub/owner/name, or …/tree/revision as the page of a branch has it.
  const [owner = "", name = "", kind, ...revision] = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
  const repository = name === "" ? owner : `${owner}/${name}`;
  const isRevision = (kind === "tree" || kind === "commit") && revision.length > 0;
  return parseName(isRevision ? `${repository}@${revision.join("/")}` : repository);
}
