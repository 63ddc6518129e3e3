/** A function that remembers its latest result: it is asked again for the same state at every frame. */
export function latest<A extends readonly unknown[], R>(compute: (...args: A) => R): (...args: A) => R {
  let known: { readonly args: A; readonly result: R } | undefined;
  return (...args) => {
    if (known && args.every((arg, i) => Object.is(arg, known?.args[i]))) return known.result;
    known = { args, result: compute(...args) };
    return known.result;
  };
}

/** As {@link latest}, but for as long as `ms` the old result will do: for what nobody can read while it changes. */
export function seldom<A extends readonly unknown[], R>(compute: (...args: A) => R, ms: number): (...args: A) => R {
  let known: { readonly at: number; readonly result: R } | undefined;
  return (...args) => {
    const now = performance.now();
    if (!known || now - known.at >= ms) known = { at: now, result: compute(...args) };
    return known.result;
  };
}
