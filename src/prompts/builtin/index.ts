import type { TaskTemplate } from "../template.ts";
import { answer } from "./answer.ts";
import { commitMessage } from "./commitMessage.ts";
import { continueText } from "./continueText.ts";
import { dialogue } from "./dialogue.ts";
import { explain } from "./explain.ts";
import { name } from "./name.ts";
import { rewrite } from "./rewrite.ts";
import { summarize } from "./summarize.ts";
import { translate } from "./translate.ts";

/** The tasks that come with Localghost, in the order of a menu. */
export const BUILTIN_TEMPLATES: readonly TaskTemplate[] = [
  summarize,
  translate,
  answer,
  explain,
  continueText,
  name,
  commitMessage,
  rewrite,
  dialogue,
];
