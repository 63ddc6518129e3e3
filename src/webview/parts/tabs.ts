/** VS Code's look of tabs, for `vscode-tabs`, `vscode-tab-header` and `vscode-tab-panel`. */
import { VscodeTabHeader } from "@vscode-elements/elements/dist/vscode-tab-header/index.js";
import "@vscode-elements/elements/dist/vscode-tab-panel/index.js";
import { VscodeTabs } from "@vscode-elements/elements/dist/vscode-tabs/index.js";
import { css } from "lit";

// In a side bar of the usual width English titles fit into a line so. Where they do not, they would be cut off.
VscodeTabHeader.elementStyles.push(css`
  .wrapper {
    padding-inline: 6px;
  }
`);
VscodeTabs.elementStyles.push(css`
  .tablist {
    flex-wrap: wrap;
  }
`);
