/** VS Code's API in a webview: https://code.visualstudio.com/api/extension-guides/webview */
import type { FromPage, PlaygroundRequest, PlaygroundToken } from "../shared/playgroundMessages.ts";

/** What the page keeps while it is hidden. */
export interface PageState {
  readonly request: PlaygroundRequest;
  readonly tokens: readonly PlaygroundToken[];
  readonly summary: string;
}

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): PageState | undefined;
  setState(state: PageState): void;
};

// It may be acquired once only.
const host = acquireVsCodeApi();

export const postMessage = (message: FromPage): void => host.postMessage(message);
export const readState = (): PageState | undefined => host.getState();
export const saveState = (state: PageState): void => host.setState(state);
