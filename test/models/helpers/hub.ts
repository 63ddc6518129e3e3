import * as fs from "node:fs";
import * as path from "node:path";
import type { TestContext } from "node:test";
import { downloadModel, type DownloadProgress } from "../../../src/models/download/download.ts";
import { Hub } from "../../../src/models/download/hub.ts";
import { fetchThroughProxy } from "../../../src/models/download/proxyFetch.ts";
import type { Patience } from "../../../src/models/download/patience.ts";
import { planDownload } from "../../../src/models/download/plan.ts";
import { parseHubReference } from "../../../src/models/modelName.ts";
import { ModelsFolder } from "../../../src/models/modelsFolder.ts";
import { neverAborted, temporaryFolder } from "../../helpers/fixtures.ts";
import { TestHub } from "../../helpers/hubServer.ts";

/** Long enough for this machine, short enough for a test. */
export const IMPATIENCE: Patience = { attempts: 3, firstWaitMs: 5, longestWaitMs: 2500, stallMs: 400 };

export interface DownloadBench {
  server: TestHub;
  hub: Hub;
  models: ModelsFolder;
  download: (reference: string, options?: DownloadOptions) => Promise<string>;
}

interface DownloadOptions {
  signal?: AbortSignal;
  onProgress?: (progress: DownloadProgress) => void;
}

/** A hub server, a client of it, and an empty models folder. */
export async function downloadBench(
  t: TestContext,
  client: { token?: string; proxy?: string } = {},
): Promise<DownloadBench> {
  const server = await TestHub.start();
  t.after(() => server.stop());
  const { token, proxy } = client;
  const fetch = fetchThroughProxy(proxy);
  const hub = new Hub({ endpoint: server.endpoint, token, fetch, patience: IMPATIENCE });
  const models = new ModelsFolder(path.join(temporaryFolder(t), "models"));
  const download = async (
    reference: string,
    { signal = neverAborted(), onProgress }: DownloadOptions = {},
  ): Promise<string> => {
    const plan = await planDownload(hub, parseHubReference(reference, hub.endpoint), models, signal);
    return downloadModel(hub, plan, models, signal, onProgress);
  };
  return { server, hub, models, download };
}

/** Files below a folder, with `/`, sorted. */
export function filesBelow(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
    .sort();
}
