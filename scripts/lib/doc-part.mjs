// Pages that have parts which scripts write: what is between <!-- NAME --> and <!-- /NAME -->.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const docs = fileURLToPath(new URL('../../docs', import.meta.url));
const usual = 'reliability.md';

/** The text of the part `name` of a page in docs/. */
export function readPart(name, page = usual) {
  const { whole, from, to } = locate(name, page);
  return whole.slice(from, to).trim();
}

/** Puts `text` in the place of the part `name` of a page in docs/. */
export function writePart(name, text, page = usual) {
  const { whole, from, to } = locate(name, page);
  writeFileSync(join(docs, page), `${whole.slice(0, from)}\n\n${text.trim()}\n\n${whole.slice(to)}`);
}

function locate(name, page) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const whole = readFileSync(join(docs, page), 'utf8');
  const [from, to] = [whole.indexOf(begin), whole.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`expected ${begin} and ${end} in docs/${page}, found none.`);
  return { whole, from: from + begin.length, to };
}
