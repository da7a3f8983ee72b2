// BENCHMARKS.md: each section stands between two comments of its name and is replaced as a whole. With it goes the table of all aims at the head.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderAims } from './aims.mjs';

const file = join(fileURLToPath(new URL('../..', import.meta.url)), 'BENCHMARKS.md');
const head = '# Benchmarks\n\n<!-- aims:begin -->\n<!-- aims:end -->\n';

export function writeSection(name, section) {
  const text = withBlock(existsSync(file) ? readFileSync(file, 'utf8') : head, name, section);
  writeFileSync(file, withBlock(text, 'aims', renderAims(text)));
}

function withBlock(text, name, content) {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const block = `${begin}\n${content}\n${end}`;
  const known = new RegExp(`${begin}[\\s\\S]*${end}`);
  return known.test(text) ? text.replace(known, () => block) : `${text.trimEnd()}\n\n${block}\n`;
}
