/** What the plots of the documents have in common: no scripts, no fonts, and colours that can be read on white and on black. */

export const PLOT_WIDTH = 860;
/** Of texts, axes and whiskers. */
export const PLOT_GREY = "#7d8590";

export interface SvgFrame {
  readonly width?: number;
  readonly height: number;
  /** Said by screen readers. */
  readonly title: string;
}

/** A whole file of SVG. */
export function svgPicture({ width = PLOT_WIDTH, height, title }: SvgFrame, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

export interface TextStyle {
  readonly isBold?: boolean;
  readonly color?: string | undefined;
}

/** Text that begins at a place, on its base line. */
export function svgText(x: number, y: number, content: string, { isBold = false, color = PLOT_GREY }: TextStyle = {}) {
  const weight = isBold ? ' font-weight="600"' : "";
  return `<text x="${coordinate(x)}" y="${coordinate(y)}" fill="${color}"${weight}>${escaped(content)}</text>`;
}

/** In tenths of a pixel. */
function coordinate(value: number): string {
  return String(Number(value.toFixed(1)));
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
