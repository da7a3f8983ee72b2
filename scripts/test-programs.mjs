// Runs whole programs without a library and with each, and compares exit status and output, and the meter's counters with a witness's.
// Usage: npm run test:programs -- [--quick] [--install] [--write] [--only=NAME,NAME]
// (--quick: the short ones; --install: first what they come in, by apt; --write: the table into docs/reliability.md)
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findLibrary } from '../dist/allocators/locate.js';
import { packagedAllocators } from '../dist/allocators/registry.js';
import { fetchJar } from '../dist/jvm/maven.js';
import { execaRunner } from '../dist/process/execa-runner.js';
import { readPart, writePart } from './lib/doc-part.mjs';
import { readOptions } from './lib/options.mjs';
import { fail, say } from './lib/run.mjs';
import { buildWitness } from './programs/calls.mjs';
import { rocksDb } from './programs/databases.mjs';
import { installPrograms } from './programs/install.mjs';
import { fetchKafka } from './programs/kafka.mjs';
import { programsOf } from './programs/list.mjs';
import { missingOf, tryProgram } from './programs/try.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const options = {
  quick: { type: 'boolean', default: false },
  install: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
  only: { type: 'string' },
};
const values = readOptions(import.meta.url, options);
const only = values.only?.split(',');
const programs = programsOf(root);
const wanted = programs.filter(({ name, quick }) => (only ? only.includes(name) : quick || !values.quick));
const unknown = only?.filter((name) => programs.every((program) => program.name !== name)) ?? [];
if (unknown.length > 0)
  fail(`expected names of programs, got ${unknown.join(', ')}. There are: ${programs.map(({ name }) => name).join(', ')}.`);

if (values.install)
  installPrograms([...new Set(wanted.filter((program) => missingOf(program).length > 0).flatMap(({ packages = [] }) => packages))]);
if (wanted.some(({ name }) => name === rocksDb.name) && !existsSync(join(root, rocksDb.jar))) {
  say('fetching RocksDB …');
  const fetched = await fetchJar(rocksDb.artifact, join(root, rocksDb.jar), execaRunner);
  if (!fetched.ok) say(`RocksDB could not be fetched: ${fetched.reason}`);
}

if (wanted.some(({ name }) => name === 'Kafka')) fetchKafka(root);

const libraries = mkdtempSync(join(tmpdir(), 'offheap-programs-libraries-'));
process.on('exit', () => rmSync(libraries, { recursive: true, force: true }));
chmodSync(libraries, 0o755);
const meter = readableByAll('meter');
const behind = packagedAllocators
  .map((key) => ({ key, path: findLibrary(key) }))
  .filter(({ path }) => path !== undefined)
  .map(({ key, path }) => ({ name: `meter before ${key}`, preload: `${meter}:${path}`, alone: path }));
const variants = [
  { name: 'mmapalloc', preload: readableByAll('mmapalloc') },
  { name: 'meter before glibc', preload: meter },
  ...(values.quick ? [] : behind),
];
const witness = buildWitness(root, libraries);
const columns = ['program', 'check', 'without', ...variants.map(({ name }) => name), 'calls, meter = witness'];
const header = [`| ${columns.join(' | ')} |`, `|---|---|---:|${'---|'.repeat(columns.length - 3)}`];

const lines = rowsOfOthers();
let allSame = true;
for (const program of wanted) {
  const { ok, cells } = tryProgram(program, { root, variants, witness, meter });
  allSame &&= ok;
  lines.set(program.name, `| ${cells.join(' | ')} |${' |'.repeat(columns.length - cells.length)}`);
  // After each: a run that is stopped has what it did.
  if (values.write) writePart('programs', table());
}
process.stdout.write(`${table()}\n`);
process.exitCode = allSame ? 0 : 1;

/** A program may run as another user, who cannot read a checkout in root's own folder. */
function readableByAll(name) {
  const copy = join(libraries, `lib${name}.so`);
  cpSync(join(root, 'build', 'Release', `lib${name}.so`), copy);
  chmodSync(copy, 0o755);
  return copy;
}

/** Of an earlier run with the same columns, beside which only some are run anew; by the program's name. */
function rowsOfOthers() {
  if (!only || !values.write) return new Map();
  const [columnsThen, , ...rows] = readPart('programs').split('\n');
  if (columnsThen !== header[0]) return new Map();
  const rowOf = ({ name }) => rows.find((row) => row.startsWith(`| ${name} (`) || row.startsWith(`| ${name} |`));
  return new Map(programs.map((program) => [program.name, rowOf(program)]).filter(([, row]) => row !== undefined));
}

function table() {
  return [...header, ...programs.map(({ name }) => lines.get(name)).filter((row) => row !== undefined)].join('\n');
}
