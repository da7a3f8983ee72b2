// Runs whole programs without a library and with each, and compares exit status and output. Usage: npm run test:programs -- [--quick] [--write]
// [--only=NAME,NAME]
// (--quick: the short ones; --write: the table into docs/reliability.md)
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findLibrary } from '../dist/allocators/locate.js';
import { fetchJar } from '../dist/jvm/maven.js';
import { execaRunner } from '../dist/process/execa-runner.js';
import { readPart, writePart } from './lib/doc-part.mjs';
import { say, which } from './lib/run.mjs';
import { programsOf, rocksDb } from './programs/list.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const options = {
  quick: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
  only: { type: 'string' },
};
const { values } = parseArgs({ options });
const ours = (name) => join(root, 'build', 'Release', `lib${name}.so`);
const meter = ours('meter');
const behind = ['tcmalloc', 'jemalloc', 'mimalloc']
  .map((key) => ({ key, path: findLibrary(key) }))
  .filter(({ path }) => path !== undefined)
  .map(({ key, path }) => ({ name: `meter before ${key}`, preload: `${meter}:${path}` }));
const variants = [
  { name: 'mmapalloc', preload: ours('mmapalloc') },
  { name: 'meter before glibc', preload: meter },
  ...(values.quick ? [] : behind),
];

const header = `| program | check | without | ${variants.map(({ name }) => name).join(' | ')} |`;
const only = values.only?.split(',');
if (!values.quick && !existsSync(join(root, rocksDb.jar))) {
  say('fetching RocksDB …');
  const fetched = await fetchJar(rocksDb.artifact, join(root, rocksDb.jar), execaRunner);
  if (!fetched.ok) say(`RocksDB could not be fetched: ${fetched.reason}`);
}
const lines = [header, `|---|---|---:|${variants.map(() => '---').join('|')}|`, ...rowsOfOthers()];
let allSame = true;
for (const program of programsOf(root).filter(isWanted)) {
  const { ok, line } = tryProgram(program);
  allSame &&= ok;
  lines.push(line);
  // After each: a run that is stopped has what it did.
  if (values.write) writePart('programs', lines.join('\n'));
}
process.stdout.write(`${lines.join('\n')}\n`);
process.exitCode = allSame ? 0 : 1;

/** Of an earlier run, beside which only some are run anew. */
function rowsOfOthers() {
  if (!only || !values.write) return [];
  const rows = readPart('programs').split('\n').slice(2);
  return rows.filter((row) => !only.some((name) => row.startsWith(`| ${name} (`)));
}

function isWanted({ name, quick }) {
  return only ? only.includes(name) : quick || !values.quick;
}

function tryProgram(program) {
  const missing = program.needs.filter((need) => which(need) === undefined && !existsSync(need));
  if (missing.length > 0) {
    say(`${program.name}: skipped, ${missing.join(', ')} is not installed`);
    return { ok: true, line: `| ${program.name} | skipped: ${missing.join(', ')} is not installed |` };
  }
  const version = spawnSync('sh', ['-c', program.version], { encoding: 'utf8' }).stdout.trim().split('\n')[0];
  const plain = runIn(program, undefined);
  const cells = variants.map(({ name, preload }) => {
    const done = runIn(program, preload);
    const same = done.status === plain.status && done.output === plain.output;
    say(`${program.name}, ${name}: ${same ? 'same' : 'DIFFERENT'} in ${done.seconds.toFixed(1)} s`);
    if (!same)
      process.stderr.write(
        `--- without (${plain.status})\n${plain.output}\n--- with (${done.status})\n${done.output}\n${done.errors}\n`,
      );
    return { same, text: `${same ? 'same' : '**different**'}, ${done.seconds.toFixed(1)} s` };
  });
  const ok = plain.status === 0 && cells.every(({ same }) => same);
  if (plain.status !== 0) say(`${program.name} fails without a library: ${plain.errors.slice(-500)}`);
  const all = [`${program.name} (${version})`, program.check, `${plain.seconds.toFixed(1)} s`, ...cells.map(({ text }) => text)];
  return { ok, line: `| ${all.join(' | ')} |` };
}

/** In an empty folder, which the program finds in $WORK; the script's own output is what is compared. */
function runIn({ script }, preload) {
  const work = mkdtempSync(join(tmpdir(), 'offheap-programs-'));
  const startedAt = performance.now();
  const env = { PATH: process.env.PATH, HOME: work, LC_ALL: 'C', WORK: work, ROOT: root, TMPDIR: work, NODE: process.execPath };
  if (preload !== undefined) env.LD_PRELOAD = preload;
  const { status, signal, stdout, stderr } = spawnSync('bash', ['-ec', script], {
    cwd: work,
    env,
    encoding: 'utf8',
    timeout: 300_000,
    maxBuffer: 64 << 20,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  rmSync(work, { recursive: true, force: true });
  return { status: status ?? signal, output: stdout, errors: stderr.slice(-2000), seconds };
}
