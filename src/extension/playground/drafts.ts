import { parseTemplate } from "../../prompts/parseTemplate.ts";
import { serializeTemplate } from "../../prompts/serializeTemplate.ts";
import type { TaskTemplate } from "../../prompts/template.ts";
import type { TemplateDraft } from "../../shared/playgroundMessages.ts";

/** What the page edits of a template. */
export function toDraft(template: TaskTemplate): TemplateDraft {
  const { id, title, instruction = "", pattern, separator, shots, leastShots, maxTokens } = template;
  return {
    ...{ base: id, id, title, instruction, pattern, separator, shots, leastShots, maxTokens },
    parameters: template.parameters.map((parameter) => ({ ...parameter })),
    examples: template.examples.map(({ input, output, values }) => ({
      input,
      output,
      ...(values && { values: { ...values } }),
    })),
    stop: [...template.stop],
  };
}

/** The same of a template that was imported: it stands in no list, and so the draft has all of it. */
export function importedDraft(template: TaskTemplate): TemplateDraft {
  const draft = toDraft(template);
  const unedited = Object.entries(serializeTemplate(template)).filter(([name]) => !(name in draft));
  return { ...draft, unedited: Object.fromEntries(unedited) };
}

/**
 * The template that a draft has become.
 * @param base the one of the list that it began from, for what the page does not edit
 * @throws LocalghostError that says which field is wrong
 */
export function fromDraft(draft: TemplateDraft, base: TaskTemplate | undefined): TaskTemplate {
  const { instruction, id, title, pattern, separator, parameters, examples, shots, leastShots, stop, maxTokens } =
    draft;
  const rest: Record<string, unknown> = draft.unedited ?? (base ? serializeTemplate(base) : {});
  return parseTemplate({
    ...rest,
    ...{ id, title, pattern, separator, parameters, examples, shots, leastShots, stop, maxTokens },
    // Undefined counts as absent.
    instruction: instruction === "" ? undefined : instruction,
  });
}
