/** Languages that the built-in translations have examples of, and what else a person may call them. */
export const LANGUAGES = [
  { name: "English", code: "en", native: "English" },
  { name: "French", code: "fr", native: "français" },
  { name: "German", code: "de", native: "Deutsch" },
  { name: "Spanish", code: "es", native: "español" },
  { name: "Italian", code: "it", native: "italiano" },
  { name: "Portuguese", code: "pt", native: "português" },
  { name: "Dutch", code: "nl", native: "Nederlands" },
  { name: "Swedish", code: "sv", native: "svenska" },
] as const;

/** The English name of a language given by name, native name or code; a language that we do not know keeps its name. */
export function languageName(text: string): string {
  const wanted = text.trim().toLowerCase();
  const found = LANGUAGES.find(
    ({ name, code, native }) => wanted === name.toLowerCase() || wanted === code || wanted === native.toLowerCase(),
  );
  return found?.name ?? text.trim();
}
