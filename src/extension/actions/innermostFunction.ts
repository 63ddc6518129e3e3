/** A symbol of a document as VS Code's providers give it, in lines. */
export interface OutlineSymbol {
  readonly name: string;
  readonly isFunction: boolean;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly children: readonly OutlineSymbol[];
}

/** The smallest function that a line belongs to. */
export function innermostFunction(symbols: readonly OutlineSymbol[], line: number): OutlineSymbol | undefined {
  for (const symbol of symbols) {
    if (line < symbol.firstLine || line > symbol.lastLine) continue;
    const inner = innermostFunction(symbol.children, line);
    if (inner) return inner;
    if (symbol.isFunction) return symbol;
  }
  return undefined;
}

/** All functions, outer ones before those that they contain. */
export function allFunctions(symbols: readonly OutlineSymbol[]): OutlineSymbol[] {
  return symbols.flatMap((symbol) => [...(symbol.isFunction ? [symbol] : []), ...allFunctions(symbol.children)]);
}
