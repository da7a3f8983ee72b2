// npm run test:matrix [-- --only=TEXT,TEXT --write]: a JVM in roots of other releases, on each JDK, collector and flag, and each command of this checkout asked about it from outside.
// Needs root, debootstrap and the network; an hour in full. Roots and JDKs lie in the cache folder, 3 GB.
// (--only: rows whose names have one of these texts, such as noble or -8; --write: results into test/matrix/results.json and their table into docs/support.md)
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeJdks } from './jdks/make.mjs';
import { whyNoPackages } from './lib/debian-packages.mjs';
import { readOptions } from './lib/options.mjs';
import { fail, say } from './lib/run.mjs';
import { compileKnown } from './matrix/program.mjs';
import { rows } from './matrix/rows.mjs';
import { writeMatrixPage } from './matrix/table.mjs';
import { faultsOf, tryRow } from './matrix/try-row.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const values = readOptions(import.meta.url, { only: { type: 'string' }, write: { type: 'boolean', default: false } });
const resultFile = join(root, 'test', 'matrix', 'results.json');
const only = values.only?.split(',');
const wanted = rows.filter(({ name }) => only?.some((text) => name.includes(text)) ?? true);
if (wanted.length === 0) fail(`expected part of a name such as ${rows[0].name}, found ${values.only}.`);
if (process.getuid() !== 0) fail('expected root, for mounts, found an ordinary user. Run: sudo npm run test:matrix');
if (process.arch !== 'x64') fail(`expected an x86-64 machine, found ${process.arch}.`);
const obstacle = whyNoPackages();
if (obstacle !== undefined) fail(obstacle);

makeJdks();
const classes = compile();
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
let failed = 0;
for (const row of wanted) {
  const result = { ...(await tryRow(row, classes)), commit };
  const faults = faultsOf(result);
  if (faults.length > 0) failed += 1;
  process.stdout.write(`${row.name}: ${faults.join('; ') || 'as it should be'}\n`);
  // After each: a run that is stopped has what it did.
  if (values.write) keep(row.name, result);
}
process.stdout.write(`${wanted.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

function compile() {
  const folder = join(root, 'build', 'matrix');
  if (!compileKnown(folder)) fail('javac failed; its output is above.');
  return folder;
}

/** Beside the results of other runs; in the order of the rows. */
function keep(name, result) {
  const kept = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : {};
  const all = { ...kept, [name]: result };
  const ordered = Object.fromEntries(rows.filter((row) => all[row.name]).map((row) => [row.name, all[row.name]]));
  mkdirSync(dirname(resultFile), { recursive: true });
  writeFileSync(`${resultFile}.part`, `${JSON.stringify(ordered)}\n`);
  renameSync(`${resultFile}.part`, resultFile);
  writeMatrixPage(Object.values(ordered));
  say(`${name}: kept`);
}
