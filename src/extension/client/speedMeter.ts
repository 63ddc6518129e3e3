import type { AnsweringModel } from "./backend.ts";

/** So many requests make a figure. */
const ENOUGH = 3;
const KEPT = 15;

/** How fast a model writes, from its latest requests. The median forgives moments when the machine was busy. */
export class SpeedMeter {
  #key = "";
  #values: number[] = [];

  /** Adds what a request took for each token. Another model, or the same on another device, begins anew. */
  add(model: AnsweringModel, msPerToken: number): void {
    if (this.#key !== keyOf(model)) this.#values = [];
    this.#key = keyOf(model);
    this.#values = [...this.#values, msPerToken].slice(-KEPT);
  }

  /** Milliseconds a token, once enough requests have told. */
  msPerToken(model: AnsweringModel): number | undefined {
    if (this.#key !== keyOf(model) || this.#values.length < ENOUGH) return undefined;
    return this.#values.toSorted((a, b) => a - b)[Math.floor(this.#values.length / 2)];
  }
}

function keyOf({ folder, name, dtype, device }: AnsweringModel): string {
  return JSON.stringify([folder ?? name, dtype, device]);
}
