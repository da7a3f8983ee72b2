// What every benchmark does: measure, keep the raw results in bench/results/NAME.json, write BENCHMARKS.md's section from them.
// --quick for few rounds, --report to write the section anew from the raw file, --seed=N for an order once more.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { seededRandom } from '../../dist/stats/random.js';
import { readOptions } from '../../scripts/lib/options.mjs';
import { say } from '../../scripts/lib/run.mjs';
import { describeHost } from './host.mjs';
import { writeSection } from './section.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @param measure `{ isQuick, random, onRound, values }` → raw results, to which machine, seed and date are added
 * @param render raw results → Markdown
 * @param options more options of the command line, as parseArgs takes them; their `values` are told to `measure`. The head of bench/NAME.mjs is what --help prints.
 */
export async function runBenchmark(name, { measure, render, options = {} }) {
  const script = pathToFileURL(join(root, 'bench', `${name}.mjs`)).href;
  const common = { quick: { type: 'boolean' }, report: { type: 'boolean' }, seed: { type: 'string' } };
  const values = readOptions(script, { ...common, ...options });
  const file = join(root, 'bench', 'results', `${name}.json`);
  if (!values.report) {
    const seed = Number(values.seed ?? Date.now() % 2 ** 31);
    const start = { schemaVersion: 1, startedAt: new Date().toISOString(), host: describeHost(), seed };
    const onRound = (what, of) => (round) => say(`${what}: round ${round + 1} of ${of}`);
    const run = { isQuick: values.quick === true, random: seededRandom(seed), onRound, values };
    const raw = { ...start, ...(await measure(run)) };
    mkdirSync(join(root, 'bench', 'results'), { recursive: true });
    writeFileSync(file, `${JSON.stringify(raw, undefined, 1)}\n`);
  }
  const text = render(JSON.parse(readFileSync(file, 'utf8')));
  writeSection(name, text);
  process.stdout.write(`${text}\n`);
}

/** How to have a section again. */
export function reproduction(name) {
  return `Raw results: \`bench/results/${name}.json\`. To have them again: \`npm run bench:${name}\` (\`-- --quick\` for a shorter run).`;
}
