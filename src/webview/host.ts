/** VS Code's API in a webview: https://code.visualstudio.com/api/extension-guides/webview */
import type { FromPage } from "../shared/playgroundMessages.ts";

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: unknown): void;
};

// It may be acquired once only.
const host = acquireVsCodeApi();

export const postMessage = (message: FromPage): void => host.postMessage(message);
export const readState = (): unknown => host.getState();
export const saveState = (state: unknown): void => host.setState(state);
