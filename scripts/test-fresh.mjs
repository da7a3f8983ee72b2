// Tries the README's commands, and the package, on fresh machines: minimal roots of four distributions, with each Node, as root and as an ordinary user, at usual and unusual
// places. Needs root, debootstrap and the network; takes hours in full. Usage: npm run test:fresh -- [--only=NAME,NAME] [--root=NAME] [--write]
// (--only: rows by name; --root: those of one root, such as trixie; --write: the table into docs/support.md)
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rows } from './fresh/rows.mjs';
import { renderTable } from './fresh/table.mjs';
import { isGreen, tryRow } from './fresh/try-row.mjs';
import { whyNoDebootstrap } from './lib/debootstrap.mjs';
import { writePart } from './lib/doc-part.mjs';
import { readOptions } from './lib/options.mjs';
import { fail, run, say } from './lib/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const options = { only: { type: 'string' }, root: { type: 'string' }, write: { type: 'boolean', default: false } };
const values = readOptions(import.meta.url, options);
const scratch = join(root, 'build', 'fresh');
const resultFile = join(root, 'test', 'fresh', 'results.json');

const wanted = chooseRows();
if (process.getuid() !== 0) fail('expected root, for chroot and mounts, found an ordinary user. Run: sudo npm run test:fresh');
const noDebootstrap = whyNoDebootstrap();
if (noDebootstrap !== undefined) fail(noDebootstrap);

mkdirSync(scratch, { recursive: true });
mkdirSync(dirname(resultFile), { recursive: true });
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
const from = { bundle: bundle(), tarball: wanted.some((row) => row.package) ? pack() : undefined };
const results = {};
let failed = 0;
for (const row of wanted) {
  const log = join(scratch, `${row.name}.log`);
  say(`${row.name} (${wanted.indexOf(row) + 1} of ${wanted.length}); its output: ${log}`);
  const result = { ...tryRow(row, { ...from, log }), commit };
  const green = isGreen(result);
  if (!green) failed += 1;
  say(`${row.name}: ${green ? 'as it should be' : `not as it should be: ${result.error ?? JSON.stringify(result.steps)}`}`);
  results[row.name] = result;
  // After each: a run that is stopped has what it did.
  if (values.write) keep(row.name, result);
}
process.stdout.write(`${renderTable(results)}\n`);
process.exitCode = failed === 0 ? 0 : 1;

function chooseRows() {
  const names = values.only?.split(',');
  const unknown = names?.filter((name) => !rows.some((row) => row.name === name)) ?? [];
  if (unknown.length > 0) fail(`expected rows of ${rows.map(({ name }) => name).join(', ')}, found ${unknown.join(', ')}.`);
  const chosen = rows.filter((row) => (names?.includes(row.name) ?? true) && (values.root ?? row.root) === row.root);
  return chosen.length > 0
    ? chosen
    : fail(`expected a root of ${[...new Set(rows.map((row) => row.root))].join(', ')}, found ${values.root}.`);
}

/** Beside the results of other runs, which may be under way; in the order of the rows. */
function keep(name, result) {
  const kept = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : {};
  const all = { ...kept, [name]: result };
  const ordered = Object.fromEntries(rows.filter((row) => all[row.name]).map((row) => [row.name, all[row.name]]));
  writeFileSync(`${resultFile}.part`, `${JSON.stringify(ordered, null, 2)}\n`);
  renameSync(`${resultFile}.part`, resultFile);
  writePart('fresh', renderTable(ordered), 'support.md');
}

/** What is committed: a fresh clone has nothing else. */
function bundle() {
  const file = join(scratch, `offheap-${process.pid}.bundle`);
  process.on('exit', () => rmSync(file, { force: true }));
  if (!run('git', ['bundle', 'create', '--quiet', file, 'HEAD'], { cwd: root })) fail('git bundle failed; its output is above.');
  return file;
}

function pack() {
  const folder = join(scratch, 'package');
  mkdirSync(folder, { recursive: true });
  if (!run('npm', ['pack', '--silent', `--pack-destination=${folder}`], { cwd: root }))
    fail('npm pack failed; its output is above.');
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz')),
  );
}
