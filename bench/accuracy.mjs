// npm run bench:accuracy [-- --only=VERSION --kind=NAME --seed=SEED --quick]: the error of the predicted malloc_trim(0), by glibc and kind of program. Writes
// bench/results/accuracy.json and the table of docs/accuracy.md; with a choice it only prints each run.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspectHeap } from '../dist/native/inspector.js';
import { glibcs } from '../scripts/glibcs/list.mjs';
import { makeGlibcs } from '../scripts/glibcs/make.mjs';
import { openGlibc } from '../scripts/glibcs/open.mjs';
import { releases } from '../scripts/lib/debootstrap.mjs';
import { readOptions } from '../scripts/lib/options.mjs';
import { writeAccuracyPage } from './accuracy-page.mjs';
import { compileHeaps, measureTrim } from './lib/trim-error.mjs';
import { kindsOf } from './lib/trim-kinds.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const resultFile = join(root, 'bench', 'results', 'accuracy.json');
const option = { type: 'string' };
const values = readOptions(import.meta.url, { only: option, kind: option, seed: option, quick: { type: 'boolean' } });
const isWhole = values.only === undefined && values.kind === undefined && values.seed === undefined;
const [manySeeds, fewSeeds] = [20, 4];
const seeds = values.seed
  ? [Number(values.seed)]
  : Array.from({ length: values.quick ? fewSeeds : manySeeds }, (_, index) => index + 1);

async function measureGlibc({ version, release: name }) {
  const { title } = releases[name];
  const glibc = openGlibc(version);
  if ('reason' in glibc) return { version, title, skipped: glibc.reason, kinds: [] };
  const folder = join(root, 'build', 'bench', `glibc-${version}`);
  mkdirSync(folder, { recursive: true });
  const programOf = compileHeaps(glibc, folder);
  const kinds = [];
  for (const kind of kindsOf(version).filter((each) => values.kind === undefined || each.name === values.kind)) {
    process.stderr.write(`bench: glibc ${version}, ${kind.name} …\n`);
    kinds.push({ name: kind.name, runs: await measureKind(programOf(kind), version, kind) });
  }
  rmSync(folder, { recursive: true });
  return { version, title, build: glibc.build, kinds };
}

async function measureKind(program, version, kind) {
  const runs = [];
  for (const seed of seeds) {
    const run = await measureTrim(inspectHeap, program, { version, kind, seed });
    if (!isWhole) process.stdout.write(`${version} ${kind.name}: ${JSON.stringify(run)}\n`);
    runs.push(run);
  }
  return runs;
}

const wanted = glibcs.filter(({ version }) => values.only === undefined || version === values.only);
await makeGlibcs(wanted.map(({ version }) => version));
const measured = [];
for (const glibc of wanted) measured.push(await measureGlibc(glibc));
if (isWhole) {
  const machine = { kernel: release(), cpus: cpus().length, cpu: cpus()[0].model, node: process.version };
  writeFileSync(resultFile, `${JSON.stringify({ takenAt: new Date().toISOString(), ...machine, glibcs: measured })}\n`);
  writeAccuracyPage();
}
