// BENCHMARKS.md: each section stands between two comments of its name and is replaced as a whole.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = join(fileURLToPath(new URL('../..', import.meta.url)), 'BENCHMARKS.md');

export function writeSection(name, section) {
  const text = existsSync(file)
    ? readFileSync(file, 'utf8')
    : '# Benchmarks\n\nEach section is written by the script that measured it.\n';
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const block = `${begin}\n${section}\n${end}`;
  const known = new RegExp(`${begin}[\\s\\S]*${end}`);
  writeFileSync(file, known.test(text) ? text.replace(known, () => block) : `${text.trimEnd()}\n\n${block}\n`);
}
