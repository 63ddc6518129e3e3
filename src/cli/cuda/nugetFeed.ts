/** NuGet's protocol, version 3, as far as it takes to find one package: https://learn.microsoft.com/nuget/api/overview */
import * as v from "valibot";
import { fetchThroughProxy } from "../../models/download/proxyFetch.ts";
import { LocalghostError } from "../../shared/errors.ts";

export interface NugetPackage {
  id: string;
  version: string;
}

/** What a feed says of a package. */
export interface PackageDetails {
  url: string;
  /** Absent where the feed does not tell. */
  bytes: number | undefined;
  /** In base64; absent where the feed does not tell. */
  sha512: string | undefined;
  /** An SPDX expression; absent where the feed does not tell. */
  licence: string | undefined;
}

const serviceIndex = v.object({ resources: v.array(v.object({ "@id": v.string(), "@type": v.string() })) });
const registrationLeaf = v.object({ packageContent: v.string(), catalogEntry: v.optional(v.unknown()) });
const catalogLeaf = v.object({
  packageHash: v.optional(v.string()),
  packageHashAlgorithm: v.optional(v.string()),
  packageSize: v.optional(v.number()),
  licenseExpression: v.optional(v.string()),
});

/** Packages whose registrations are found under it; the newest version of the resource. */
const REGISTRATIONS = "RegistrationsBaseUrl/3.6.0";

/**
 * Asks a feed about a package.
 * @param feed address of its service index
 * @throws LocalghostError `downloadFailed`
 */
export async function findPackage(feed: string, { id, version }: NugetPackage): Promise<PackageDetails> {
  const { resources } = await getJson(feed, serviceIndex);
  const base = resources.find((resource) => resource["@type"] === REGISTRATIONS)?.["@id"];
  if (base === undefined) {
    throw new LocalghostError("downloadFailed", `${feed} is no NuGet feed that Localghost can read: name another one.`);
  }
  const leaf = await getJson(`${base.replace(/\/$/, "")}/${id}/${version}.json`.toLowerCase(), registrationLeaf);
  const catalog =
    typeof leaf.catalogEntry === "string" ? await getJson(leaf.catalogEntry, catalogLeaf) : v.parse(catalogLeaf, {});
  return {
    url: leaf.packageContent,
    bytes: catalog.packageSize,
    sha512: catalog.packageHashAlgorithm === "SHA512" ? catalog.packageHash : undefined,
    licence: catalog.licenseExpression,
  };
}

/**
 * Opens an address; proxies are those of the environment.
 * @throws LocalghostError `downloadFailed`, in one sentence
 */
export async function get(url: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetchThroughProxy(undefined)(url);
  } catch (cause) {
    throw new LocalghostError(
      "downloadFailed",
      `${url} cannot be reached (${reasonOf(cause)}): check the connection, or the proxy that HTTPS_PROXY names.`,
      { cause },
    );
  }
  if (response.ok) return response;
  await response.body?.cancel();
  throw new LocalghostError("downloadFailed", `${url} was answered with status ${response.status}: try again later.`);
}

async function getJson<T extends v.GenericSchema>(url: string, schema: T): Promise<v.InferOutput<T>> {
  const response = await get(url);
  try {
    return v.parse(schema, await response.json());
  } catch (cause) {
    throw new LocalghostError("downloadFailed", `${url} gave an answer that is not NuGet's: name another feed.`, {
      cause,
    });
  }
}

/** fetch says "fetch failed"; what failed is the cause. */
export function reasonOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return String(cause);
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}
