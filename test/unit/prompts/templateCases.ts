/** What a user may write as a template, and what is refused: the parser and the JSON schema must agree on it. */

export interface AcceptedCase {
  readonly name: string;
  readonly template: unknown;
}

export interface RefusedCase extends AcceptedCase {
  /** What the parser says. */
  readonly message: RegExp;
  /** The part that is wrong. */
  readonly path: readonly (string | number)[];
  /** Why the schema cannot see it, where it cannot. */
  readonly unseen?: string;
}

const PATTERN = "{input} => {output}";
const least = { title: "T", pattern: PATTERN };
const example = { input: "a", output: "b" };

export const ACCEPTED: readonly AcceptedCase[] = [
  { name: "title and pattern", template: least },
  { name: "a schema", template: { $schema: "../prompt.schema.json", ...least } },
  { name: "a pattern of lines", template: { ...least, pattern: "In:\n{input}\nOut:\n{output}\nEnd" } },
  {
    name: "a pattern with a dialogue",
    template: { ...least, pattern: "{input}\n{dialogue}Q: {question}\nA: {output}" },
  },
  { name: "other braces", template: { ...least, pattern: "{} {1} { x } {input} {output} {a1} {" } },
  { name: "an instruction with a parameter", template: { ...least, instruction: "In {language}." } },
  {
    name: "described parameters",
    template: {
      ...least,
      pattern: "{input} in {to}: {output}",
      parameters: [{ name: "to", title: "To", kind: "language", default: "French" }],
    },
  },
  {
    name: "languages that only choose the examples",
    template: {
      ...least,
      parameters: [{ name: "to", kind: "language" }],
      examples: [{ ...example, values: { to: "French" } }],
    },
  },
  { name: "no parameters", template: { ...least, parameters: [] } },
  { name: "an empty separator", template: { ...least, separator: "" } },
  { name: "examples", template: { ...least, examples: [example, { ...example, input: "" }], shots: 1, leastShots: 1 } },
  {
    name: "examples with values",
    template: { ...least, pattern: "{input} {how} {output}", examples: [{ ...example, values: { how: "so" } }] },
  },
  { name: "no stops", template: { ...least, stop: [] } },
  { name: "stops", template: { ...least, stop: ["\n", " "] } },
  {
    name: "sampling",
    template: {
      ...least,
      sampling: { temperature: 0.5, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1.1, seed: -1 },
    },
  },
  {
    name: "all words",
    template: { ...least, id: "my-task-2", description: "", cut: "list", scope: "changes", longInput: "inParts" },
  },
  { name: "ranking", template: { ...least, extract: "spans", mode: "rank" } },
  { name: "ranking that is not the default", template: { ...least, extract: "keySentences", mode: "generate" } },
];

export const REFUSED: readonly RefusedCase[] = [
  { name: "a list", template: [], message: /^The prompt template must be an object, not a list\.$/, path: [] },
  { name: "nothing", template: null, message: /must be an object, not null/, path: [] },
  { name: "a text", template: "x", message: /must be an object, not "x"/, path: [] },
  {
    name: "no title",
    template: { pattern: PATTERN },
    message: /^"title" must be a text that is not blank, not absent\.$/,
    path: ["title"],
  },
  {
    name: "a blank title",
    template: { ...least, title: " " },
    message: /"title" must be a text that/,
    path: ["title"],
  },
  { name: "no pattern", template: { title: "T" }, message: /"pattern" must be a text that is not/, path: ["pattern"] },
  {
    name: "a pattern without input",
    template: { ...least, pattern: "x {output}" },
    message: /^"pattern" must be a text with \{input\} in it once, not "x \{output\}"\.$/,
    path: ["pattern"],
  },
  {
    name: "a pattern with two inputs",
    template: { ...least, pattern: "{input}\n{input} {output}" },
    message: /with \{input\} in it once/,
    path: ["pattern"],
  },
  {
    name: "a pattern without output",
    template: { ...least, pattern: "{input}" },
    message: /with \{output\} in it once/,
    path: ["pattern"],
  },
  {
    name: "a pattern with two outputs",
    template: { ...least, pattern: "{input} {output}\n{output}" },
    message: /with \{output\} in it once/,
    path: ["pattern"],
  },
  {
    name: "input after output",
    template: { ...least, pattern: "{output} {input}" },
    message: /\{output\} after all other names in braces/,
    path: ["pattern"],
  },
  {
    name: "a parameter after output",
    template: { ...least, pattern: "{input} {output}\n{x}" },
    message: /\{output\} after all other names in braces/,
    path: ["pattern"],
  },
  {
    name: "two dialogues",
    template: { ...least, pattern: "{dialogue}{dialogue}{input} {output}" },
    message: /\{dialogue\} in it once at most/,
    path: ["pattern"],
  },
  {
    name: "an unknown field",
    template: { ...least, promt: "x" },
    message: /^There is no "promt": use \$schema, id, title, /,
    path: ["promt"],
  },
  {
    name: "an id with capitals",
    template: { ...least, id: "MyTask" },
    message: /^"id" must be lower-case words joined by hyphens, not "MyTask"\.$/,
    path: ["id"],
  },
  { name: "an empty id", template: { ...least, id: "" }, message: /"id" must be lower-case/, path: ["id"] },
  {
    name: "an instruction with the input",
    template: { ...least, instruction: "Of {input}:" },
    message: /"instruction" must be a text without \{input\}/,
    path: ["instruction"],
  },
  {
    name: "a number for text",
    template: { ...least, separator: 1 },
    message: /must be a text, not 1/,
    path: ["separator"],
  },
  {
    name: "a text for a number",
    template: { ...least, shots: "two" },
    message: /^"shots" must be a whole number, 0 or more, not "two"\.$/,
    path: ["shots"],
  },
  { name: "half a shot", template: { ...least, shots: 0.5 }, message: /whole number/, path: ["shots"] },
  { name: "no tokens", template: { ...least, maxTokens: 0 }, message: /1 or more, not 0/, path: ["maxTokens"] },
  { name: "too many tokens", template: { ...least, maxTokens: 1e300 }, message: /1 or more/, path: ["maxTokens"] },
  {
    name: "fewer shots than the least",
    template: { ...least, shots: 1, leastShots: 2 },
    message: /"shots" must be "leastShots" \(2\) or more, not 1/,
    path: ["shots"],
    unseen: "a schema compares no two values",
  },
  {
    name: "an unknown cut",
    template: { ...least, cut: "word" },
    message: /^"cut" must be one of line, sentence, threeSentences, paragraph, list, all, not "word"\.$/,
    path: ["cut"],
  },
  { name: "an unknown scope", template: { ...least, scope: "file" }, message: /must be one of/, path: ["scope"] },
  { name: "an unknown way", template: { ...least, longInput: 3 }, message: /must be one of/, path: ["longInput"] },
  { name: "an unknown extract", template: { ...least, extract: "word" }, message: /must be one of/, path: ["extract"] },
  { name: "an unknown mode", template: { ...least, mode: "guess" }, message: /must be one of/, path: ["mode"] },
  {
    name: "ranking of nothing",
    template: { ...least, mode: "rank" },
    message: /^"extract" must be one of spans, sentences, keySentences for "mode": "rank", not absent\.$/,
    path: ["extract"],
  },
  {
    name: "examples that are no list",
    template: { ...least, examples: example },
    message: /^"examples" must be a list, not an object\.$/,
    path: ["examples"],
  },
  {
    name: "an example without output",
    template: { ...least, examples: [example, { input: "a" }] },
    message: /^"examples\[1\]\.output" must be a text that is not blank, not absent\.$/,
    path: ["examples", 1, "output"],
  },
  {
    name: "an example with another field",
    template: { ...least, examples: [{ ...example, note: "" }] },
    message: /^There is no "examples\[0\]\.note": use input, output, values\.$/,
    path: ["examples", 0, "note"],
  },
  {
    name: "an example with a value of no parameter",
    template: { ...least, examples: [{ ...example, values: { x: "y" } }] },
    message: /^There is no "examples\[0\]\.values\.x"/,
    path: ["examples", 0, "values", "x"],
    unseen: "a schema does not look for names in the pattern",
  },
  {
    name: "an example without a value",
    template: { ...least, pattern: "{input} {how} {output}", examples: [example] },
    message: /^"examples\[0\]\.values" must have a value for "how"\.$/,
    path: ["examples", 0, "values"],
    unseen: "a schema does not look for names in the pattern",
  },
  {
    name: "a value that is a number",
    template: { ...least, pattern: "{input} {how} {output}", examples: [{ ...example, values: { how: 1 } }] },
    message: /"examples\[0\]\.values\.how" must be a text/,
    path: ["examples", 0, "values", "how"],
  },
  {
    name: "a parameter that nothing names",
    template: { ...least, parameters: [{ name: "x" }] },
    message: /^"parameters\[0\]\.name" must be a name that stands in "pattern" or "instruction" as \{x\}, not "x"\.$/,
    path: ["parameters", 0, "name"],
    unseen: "a schema does not look for names in the pattern",
  },
  {
    name: "a name that no parameter describes",
    template: { ...least, pattern: "{input} {how} {output}", parameters: [] },
    message: /^"parameters" must describe \{how\}, which the template names\.$/,
    path: ["parameters"],
    unseen: "a schema does not look for names in the pattern",
  },
  {
    name: "two parameters of one name",
    template: { ...least, pattern: "{input} {x} {output}", parameters: [{ name: "x" }, { name: "x" }] },
    message: /"parameters\[1\]\.name" must be a name of its own|"parameters\[0\]\.name" must be a name of its own/,
    path: ["parameters", 1, "name"],
    unseen: "a schema compares no two names",
  },
  {
    name: "a reserved name",
    template: { ...least, parameters: [{ name: "input" }] },
    message: /letters, and none of input, output, dialogue/,
    path: ["parameters", 0, "name"],
  },
  {
    name: "a name with a digit",
    template: { ...least, parameters: [{ name: "a1" }] },
    message: /must be letters/,
    path: ["parameters", 0, "name"],
  },
  {
    name: "an unknown kind",
    template: { ...least, pattern: "{input} {x} {output}", parameters: [{ name: "x", kind: "number" }] },
    message: /"parameters\[0\]\.kind" must be one of text, language/,
    path: ["parameters", 0, "kind"],
  },
  { name: "a stop for a list", template: { ...least, stop: "\n" }, message: /must be a list/, path: ["stop"] },
  { name: "an empty stop", template: { ...least, stop: [""] }, message: /"stop\[0\]" must be/, path: ["stop", 0] },
  {
    name: "a cold temperature",
    template: { ...least, sampling: { temperature: -1 } },
    message: /^"sampling\.temperature" must be a number, 0 or more, not -1\.$/,
    path: ["sampling", "temperature"],
  },
  {
    name: "half of a k",
    template: { ...least, sampling: { topK: 1.5 } },
    message: /whole/,
    path: ["sampling", "topK"],
  },
  { name: "no p", template: { ...least, sampling: { topP: 0 } }, message: /above 0/, path: ["sampling", "topP"] },
  { name: "a large p", template: { ...least, sampling: { minP: 2 } }, message: /0 and 1/, path: ["sampling", "minP"] },
  {
    name: "an unknown way to sample",
    template: { ...least, sampling: { beams: 4 } },
    message: /^There is no "sampling\.beams": use temperature, topK, topP, minP, repetitionPenalty, seed\.$/,
    path: ["sampling", "beams"],
  },
];
