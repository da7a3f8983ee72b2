// Checks that the pages for readers and the help can be read at once; scripts/prose/style.mjs says what is hard. Prints PAGE: what is wrong: the sentence.
// Usage: node scripts/lint-prose.mjs [PAGE…]
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fail } from './lib/run.mjs';
import { helpTexts } from './prose/help.mjs';
import { proseOf } from './prose/markdown.mjs';
import { findFaults } from './prose/style.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const docs = readdirSync(`${root}docs`).filter((name) => name.endsWith('.md'));
const others = ['README.md', 'CONTRIBUTING.md', 'BENCHMARKS.md', 'CHANGELOG.md', 'native/README.md', 'java-repro/README.md'];
const pages = [...others, ...docs.map((name) => `docs/${name}`)];
const texts = new Map([
  ...pages.map((page) => [page, proseOf(readFileSync(root + page, 'utf8'))]),
  ...(await helpTexts()).map(({ command, texts }) => [`offheap ${command} --help`, texts]),
]);

const wanted = process.argv.slice(2);
const faults = [...texts]
  .filter(([page]) => wanted.length === 0 || wanted.includes(page))
  .flatMap(([page, texts]) => findFaults(texts).map((fault) => `${page}: ${fault}`));
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.length > 0) fail(`expected prose that can be read at once, found ${faults.length} passages that are hard to read`);
