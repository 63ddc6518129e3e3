/** An extension that shows inline suggestions of its own. */
export interface Neighbour {
  readonly id: string;
  readonly name: string;
  /** The setting that turns its suggestions off, where it has one: a truth value, or one for each language and `*`. */
  readonly switch?: string;
  /** It comes with VS Code, and suggests nothing until the user has signed in with this authentication provider. */
  readonly signIn?: string;
}

export const NEIGHBOURS: readonly Neighbour[] = [
  { id: "GitHub.copilot", name: "GitHub Copilot", switch: "github.copilot.enable", signIn: "github" },
  { id: "GitHub.copilot-chat", name: "GitHub Copilot", switch: "github.copilot.enable", signIn: "github" },
  { id: "Codeium.codeium", name: "Windsurf (Codeium)", switch: "codeium.enableConfig" },
  { id: "TabNine.tabnine-vscode", name: "Tabnine" },
  { id: "Continue.continue", name: "Continue", switch: "continue.enableTabAutocomplete" },
  { id: "ggml-org.llama-vscode", name: "llama.vscode", switch: "llama-vscode.enabled" },
  { id: "rjmacarthy.twinny", name: "twinny", switch: "twinny.autoSuggestEnabled" },
  { id: "TabbyML.vscode-tabby", name: "Tabby" },
  { id: "sourcegraph.cody-ai", name: "Cody", switch: "cody.autocomplete.enabled" },
  { id: "Supermaven.supermaven", name: "Supermaven" },
  { id: "AmazonWebServices.amazon-q-vscode", name: "Amazon Q" },
  {
    id: "Google.geminicodeassist",
    name: "Gemini Code Assist",
    switch: "geminicodeassist.inlineSuggestions.enableAuto",
  },
  { id: "HuggingFace.huggingface-vscode", name: "llm-vscode", switch: "llm.enableAutoSuggest" },
  { id: "Augment.vscode-augment", name: "Augment" },
  { id: "JetBrains.jetbrains-ai-assistant", name: "JetBrains AI Assistant" },
];

/** What is asked of VS Code to find out who else suggests. */
export interface Surroundings {
  readonly isActive: (extensionId: string) => boolean;
  readonly setting: (name: string) => unknown;
  readonly isSignedIn: (authenticationProvider: string) => Promise<boolean>;
}

/** The extensions that suggest now, as far as one extension can tell of another. */
export async function activeNeighbours({ isActive, setting, isSignedIn }: Surroundings): Promise<Neighbour[]> {
  const active: Neighbour[] = [];
  for (const neighbour of NEIGHBOURS) {
    if (!isActive(neighbour.id)) continue;
    if (neighbour.switch !== undefined && isOff(setting(neighbour.switch))) continue;
    if (neighbour.signIn !== undefined && !(await isSignedIn(neighbour.signIn))) continue;
    active.push(neighbour);
  }
  return active;
}

function isOff(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === false || value === "off";
  return "*" in value && value["*"] === false;
}
