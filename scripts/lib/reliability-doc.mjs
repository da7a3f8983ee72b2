// docs/reliability.md has parts that scripts write: what is between <!-- NAME --> and <!-- /NAME -->.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));

/** The text of the part `name`. */
export function readPart(name) {
  const { whole, from, to } = locate(name);
  return whole.slice(from, to).trim();
}

/** Puts `text` in the place of the part `name`. */
export function writePart(name, text) {
  const { whole, from, to } = locate(name);
  writeFileSync(file, `${whole.slice(0, from)}\n\n${text.trim()}\n\n${whole.slice(to)}`);
}

function locate(name) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const whole = readFileSync(file, 'utf8');
  const [from, to] = [whole.indexOf(begin), whole.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`expected ${begin} and ${end} in docs/reliability.md, found none.`);
  return { whole, from: from + begin.length, to };
}
