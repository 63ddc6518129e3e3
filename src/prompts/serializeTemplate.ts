import { parseTemplate } from "./parseTemplate.ts";
import type { TaskTemplate } from "./template.ts";

/**
 * A template as a user would write it in a file: what `parseTemplate` adds by itself is left out.
 * @throws TemplateError for one that `parseTemplate` would refuse
 */
export function serializeTemplate(template: TaskTemplate): Record<string, unknown> {
  const whole = JSON.stringify(parseTemplate({ ...template }));
  let written: Record<string, unknown> = { ...template };
  for (const name of Object.keys(template)) {
    const without = Object.fromEntries(Object.entries(written).filter(([other]) => other !== name));
    if (meaningOf(without) === whole) written = without;
  }
  return written;
}

/** Equal for what parses to equal templates; undefined for what is none. */
function meaningOf(written: Readonly<Record<string, unknown>>): string | undefined {
  try {
    return JSON.stringify(parseTemplate(written));
  } catch {
    return undefined;
  }
}
