import { isCancelled } from "../../shared/errors.ts";
import type { GenerateText } from "../completion/completer.ts";
import type { EngineSupervisor } from "./engineSupervisor.ts";

/** Ghost text from the engine: the likeliest tokens, and no more of them than are of use. */
export function generateWith(supervisor: EngineSupervisor): GenerateText {
  return ({ prompt, maxTokens, stop, isEnough }, signal) =>
    supervisor.use(async ({ client, spec }) => {
      let growing = "";
      const enough = new AbortController();
      try {
        const result = await client.generate(
          {
            model: spec,
            prompt,
            maxTokens,
            stop,
            sampling: { temperature: 0 },
            overflow: "keepEnd",
            priority: "completion",
          },
          AbortSignal.any([signal, enough.signal]),
          ({ text }) => {
            growing += text;
            if (isEnough(growing)) enough.abort();
          },
        );
        return { text: result.text, ended: result.finishReason === "length" ? "length" : "stop" };
      } catch (thrown) {
        if (enough.signal.aborted && !signal.aborted && isCancelled(thrown)) return { text: growing, ended: "stop" };
        throw thrown;
      }
    }, signal);
}
