import type { FromResultsPage } from "../../shared/resultMessages.ts";

declare function acquireVsCodeApi(): { postMessage(message: FromResultsPage): void };

// It may be acquired once only.
const host = acquireVsCodeApi();

export const postMessage = (message: FromResultsPage): void => host.postMessage(message);
