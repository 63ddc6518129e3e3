import * as vscode from "vscode";
import type { OutlineSymbol } from "./innermostFunction.ts";

const FUNCTIONS: ReadonlySet<vscode.SymbolKind> = new Set([
  vscode.SymbolKind.Function,
  vscode.SymbolKind.Method,
  vscode.SymbolKind.Constructor,
]);

/** A document's symbols, from whichever extension knows its language; none where no one does. */
export async function readOutline(uri: vscode.Uri): Promise<OutlineSymbol[]> {
  const symbols = await vscode.commands.executeCommand<
    readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined
  >("vscode.executeDocumentSymbolProvider", uri);
  return (symbols ?? []).map(toOutlineSymbol);
}

function toOutlineSymbol(symbol: vscode.DocumentSymbol | vscode.SymbolInformation): OutlineSymbol {
  const { start, end } = "range" in symbol ? symbol.range : symbol.location.range;
  return {
    name: symbol.name,
    isFunction: FUNCTIONS.has(symbol.kind),
    firstLine: start.line,
    lastLine: end.line,
    children: "children" in symbol ? symbol.children.map(toOutlineSymbol) : [],
  };
}
