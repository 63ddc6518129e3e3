import type { ServerResponse } from "node:http";

/** An answer in parts: server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html has them. */
export class EventStream {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** Sends a value as JSON; the first one sends the headers, so that what fails before has a status of its own. */
  send(value: object): void {
    if (!this.#response.headersSent) {
      this.#response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      });
    }
    this.#response.write(`data: ${JSON.stringify(value)}\n\n`);
  }

  /** OpenAI's word for the end. */
  end(): void {
    this.#response.end("data: [DONE]\n\n");
  }
}
