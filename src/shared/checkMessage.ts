import * as v from "valibot";

/** A message, or in one line what does not fit. */
export type Checked<T> = { readonly message: T } | { readonly problem: string };

/** Looks at a message that has come from a page, or goes there: types end at that boundary. */
export function checkMessage<T extends v.GenericSchema>(schema: T, value: unknown): Checked<v.InferOutput<T>> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { message: result.output };
  const [issue] = result.issues;
  // valibot's message quotes what it has received, which may be the user's text.
  const where = v.getDotPath(issue) ?? "the message";
  return { problem: `${where} is not ${issue.expected ?? "as it should be"}` };
}
