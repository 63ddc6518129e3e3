/**
 * The text that the model continues as ghost text: the document's path as a comment line, in every language, because
 * that is how half of the training documents begin; then what stands before the cursor.
 */
export function completionPrompt(path: string | undefined, textBefore: string): string {
  return path === undefined ? textBefore : `// ${path}\n${textBefore}`;
}
