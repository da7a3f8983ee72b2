// What a terminal shows as an SVG: one text for each run of cells of the same style, at the place of its first cell. Names are text, never markup.
const cell = { width: 8.4, height: 18 };
const padding = 14;
const colors = {
  background: '#0d1117',
  foreground: '#e6edf3',
  /** ANSI 0 to 15. */
  palette: [
    ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
    ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#ffffff'],
  ],
};

/** @param buffer of @xterm/headless */
export function toSvg(buffer, { rows, columns, title }) {
  const width = columns * cell.width + 2 * padding;
  const height = rows * cell.height + 2 * padding;
  const texts = Array.from({ length: rows }, (_, row) => rowOf(buffer.getLine(buffer.viewportY + row), row, columns)).flat();
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${colors.background}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`,
    ...texts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function rowOf(line, row, columns) {
  const runs = [];
  for (let column = 0; column < columns; column++) {
    const shown = line?.getCell(column);
    if (!shown) break;
    const style = styleOf(shown);
    const last = runs.at(-1);
    const text = shown.getChars() || ' ';
    if (last?.style === style) last.text += text;
    else runs.push({ style, text, column });
  }
  return runs.flatMap(({ style, text, column }) =>
    [...text.matchAll(words)].map((found) => drawText(found, { style, column, row })),
  );
}

/** Single spaces keep their width in SVG, several do not. */
const words = /\S+(?: \S+)*/g;

function drawText({ 0: text, index }, { style, column, row }) {
  const [x, y] = [padding + (column + index) * cell.width, padding + (row + 0.75) * cell.height];
  // The same width on any font: bars and tables stay aligned.
  const width = (text.length * cell.width).toFixed(1);
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" textLength="${width}" lengthAdjust="spacingAndGlyphs" ${style}>${escapeXml(text)}</text>`;
}

function styleOf(shown) {
  const color = shown.isFgPalette() ? colors.palette[shown.getFgColor() % 16] : colors.foreground;
  return `fill="${color}"${shown.isBold() ? ' font-weight="700"' : ''}${shown.isDim() ? ' opacity="0.7"' : ''}`;
}

function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
