/** The participant's commands: package.json describes them. */
export const CHAT_COMMANDS = ["summarize", "translate", "explain", "answer", "score"] as const;
export type ChatCommand = (typeof CHAT_COMMANDS)[number];
