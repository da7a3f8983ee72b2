import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fieldsOf } from '../../scripts/lib/schema-fields.mjs';
import { renderSchemas } from '../../scripts/lib/schemas.mjs';
import { startExporter } from '../../src/exporter/exporter.ts';
import { parseSelection } from '../../src/exporter/select.ts';
import { openCounters } from '../../src/index.ts';
import { offheapInTurn } from '../cli/in-turn.ts';
import { root } from '../cli/offheap.ts';
import { canMount, cannotMount, inMountNamespace } from '../fixtures/namespace.ts';
import { canLimit, cannotLimit, cannotTrace, canTrace } from '../fixtures/permitted.ts';
import { startHeap } from '../native/inspected.ts';
import { compile, metered } from '../native/preloaded.ts';
import { freePort, loadOf, serverScript } from './compare-programs.ts';
import { findJavaHomes } from './java-homes.ts';
import { ensureScanSet } from './java-process.ts';
import { step } from './java-step.ts';

/** How its process starts and ends is no matter here. */
const offheap = offheapInTurn();

type Schema = Record<string, unknown>;

const names = readdirSync(join(root, 'schemas')).map((file) => file.replace(/\.json$/, ''));
const read = (name: string): Schema => JSON.parse(readFileSync(join(root, 'schemas', `${name}.json`), 'utf8'));

/** The same, which takes no field that it does not have: a shipped schema takes what later versions add. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)] as const);
  const isOpen = 'properties' in schema && !('additionalProperties' in schema);
  return { ...Object.fromEntries(entries), ...(isOpen ? { additionalProperties: false } : {}) };
}

const ajv = new Ajv({ allErrors: true, strictTypes: true });
const validators = new Map(names.map((name) => [name, ajv.compile(closed(read(name)) as Schema)]));

/** What keeps a value from being a result of that kind. */
function faults(name: string, value: unknown): string[] {
  const validate = validators.get(name);
  if (!validate) throw new Error(`no schema ${name}`);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
}

async function json(...args: string[]): Promise<unknown> {
  const { stdout, stderr } = await offheap(args);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('the schemas', () => {
  test('are made of the validators and docstrings of this version: npm run build:schemas', () => {
    const rendered = renderSchemas(root);
    expect([...rendered.keys()].sort()).toEqual(names.map((name) => `schemas/${name}.json`).sort());
    for (const [file, text] of rendered) expect(readFileSync(join(root, file), 'utf8') === text, `${file} is stale`).toBe(true);
  });

  test.each(names)('%s has a name with its version, and says of each field what it is, and of a figure its unit', (name) => {
    const schema = read(name);
    const fields = [...fieldsOf(schema)];
    const version = fields.find(({ path }) => path === '.schemaVersion')?.schema.const ?? 1;
    expect(schema['$id']).toBe(`urn:offheap:schema:${name}:${version}`);
    expect(schema['title']).toMatch(new RegExp(`, version ${version}$`));
    const silent = fields.filter(({ schema: field }) => field.description === undefined && field.const === undefined);
    expect(silent.map(({ path }) => path)).toEqual([]);
    const figures = fields.filter(({ name: field, schema: { type } }) => type !== 'object' && /(^b|B)ytes$|Ms$/.test(field));
    const unit = /In (bytes|milliseconds)\.$/;
    expect(figures.filter(({ schema: field }) => !unit.test(field.description ?? '')).map(({ path }) => path)).toEqual([]);
  });

  test('refuse what is none: a missing field, a text for a figure, and here a field that is unknown', () => {
    const report = { schemaVersion: 1, configuration: 'glibc', command: ['true'], state: 'ok', verdicts: [] };
    expect(faults('guard', report)).toEqual([]);
    expect(faults('guard', { ...report, state: undefined })).toHaveLength(1);
    expect(faults('guard', { ...report, schemaVersion: '1' })).not.toEqual([]);
    expect(faults('guard', { ...report, more: 1 })).toHaveLength(1);
    const shipped = new Ajv().compile(read('guard'));
    expect(shipped({ ...report, more: 1 })).toBe(true);
  });
});

describe('what a command prints has its schema, and no field beside it', () => {
  const pidOf = async (env: NodeJS.ProcessEnv = {}) => String((await startHeap('heap_pages', env)).pid);

  test.each(findJavaHomes())('doctor of a JVM, JDK $version, with all that it can be asked', async (home) => {
    const options = ['--for=1s', '--gc', '--trim', '--histogram', '--peek'];
    let result: unknown;
    const args = [`--jars=${await ensureScanSet(home)}`, '--loader=leaky', '--streams=500', '--settle-ms=0'];
    const doctored = async (_: string, pid: number) => {
      result ??= await json('doctor', String(pid), '--format=json', ...options);
      expect(faults('owners', await json('owners', String(pid), '--format=json'))).toEqual([]);
      return false;
    };
    await step(home, args, doctored, ['-XX:NativeMemoryTracking=summary']);
    expect(faults('doctor', result)).toEqual([]);
    expect(result).toHaveProperty('evidence.jvm.histogram');
    expect(result).toHaveProperty('evidence.growth');
  });

  test('doctor, histo, owners and counters of a C program', async () => {
    const pid = await pidOf(metered());
    expect(faults('doctor', await json('doctor', pid, '--format=json'))).toEqual([]);
    expect(faults('histo', await json('histo', pid, '--format=json'))).toEqual([]);
    expect(faults('owners', await json('owners', pid, '--format=json', '--peek'))).toEqual([]);
    expect(faults('counters', await json('counters', pid, '--format=json'))).toEqual([]);
    const reader = openCounters({ pid: Number(pid) });
    onTestFinished(() => reader.close());
    expect(reader.info.writer).toBe('meter');
  });

  test.each(['hs_err-8-address-space.log', 'hs_err-17-crash.log', 'hs_err-25-machine.log'])('doctor FILE, of %s', async (name) => {
    const file = join(root, 'test', 'fixtures', 'dead', name);
    expect(faults('after-death', JSON.parse((await offheap(['doctor', file, '--format=json'])).stdout))).toEqual([]);
  });

  test('doctor --after-oom', async () => {
    const log = join(root, 'test', 'fixtures', 'kernel-logs', '6.1-v2.dmesg');
    const args = ['doctor', '--after-oom', '--pid=226', `--kernel-log=${log}`, '--format=json'];
    expect(faults('after-oom', JSON.parse((await offheap(args)).stdout))).toEqual([]);
  });

  test('export, what it keeps of a C program', async () => {
    const pid = await pidOf(metered());
    const folder = mkdtempSync(join(tmpdir(), 'offheap-schemas-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const exporter = await startExporter({
      ...{
        host: '127.0.0.1',
        port: 0,
        allowedHosts: [],
        selection: parseSelection('heap_pages'),
        maxProcesses: 100,
        topThreads: 1,
      },
      ...{ intervalMs: 100, discoverMs: 100, attachIntervalMs: undefined, cpuShare: 1, scrapeBudgetMs: 1000, keepLooks: folder },
    });
    onTestFinished(() => exporter.close());
    const own = () => readdirSync(folder).find((name) => name.includes(`-${pid}-`));
    await expect.poll(own, { timeout: 60_000 }).toBeDefined();
    const file = JSON.parse(readFileSync(join(folder, own() ?? ''), 'utf8'));
    expect(faults('looks', file)).toEqual([]);
    expect(file.looks[0].meteredLiveBytes).toBeGreaterThan(0);
  });

  test('doctor without a process', async ({ skip }) => {
    skip(!canMount, cannotMount);
    // Among processes of its own: the machine's others are other tests'. This one ends with the pipe into which it goes on writing.
    const large = `globalThis.kept = Buffer.alloc(101 * 2 ** 20, 1);
process.stdout.on('error', () => process.exit());
setInterval(() => console.log('up'), 50);`;
    const script = '"$1" -e "$2" | { read -r _; "$1" "$3" doctor --all --quiet --format=json; }';
    const own = [process.execPath, large, join(root, 'bin', 'offheap.js')];
    const [command, args] = inMountNamespace(script, own, ['--pid', '--fork', '--kill-child', '--mount-proc']);
    const survey = JSON.parse((await execa(command, args)).stdout);
    expect(faults('survey', survey)).toEqual([]);
    expect(survey.processes).toHaveLength(1);
  });

  test('allocators', async () => {
    expect(faults('allocators', await json('allocators', '--format=json'))).toEqual([]);
  });

  test('repro, with the census', async () => {
    const options = ['--allocator=glibc,mmap', '--heap=64m', '--threads=2', '--streams=500', '--settle=100ms', '--census'];
    expect(faults('result', await json('repro', '--quiet', '--format=json', ...options))).toEqual([]);
  });

  test('compare with a load and repeats, and guard', async () => {
    const port = await freePort();
    const program = ['--', 'python3', serverScript, String(port)];
    const options = [`--ready=http://127.0.0.1:${port}/`, `--load=${loadOf(port, 20)}`, '--settle=0s', '--quiet', '--format=json'];
    const compared = await json('compare', '--allocator=glibc,mmap', '--repeats=2', ...options, ...program);
    expect(faults('result', compared)).toEqual([]);
    const bounds = ['--max-settled=1MB', '--max-growth=1MB/min', '--max-metric=requests=100'];
    const guarded = await json('guard', ...bounds, ...options, ...program);
    expect(faults('guard', guarded)).toEqual([]);
    expect(guarded).toMatchObject({ verdicts: [{ state: 'broken' }, { state: 'unknown' }, { state: 'kept' }] });
  });

  test('fit', async ({ skip }) => {
    skip(!canLimit(), cannotLimit);
    const options = ['--quiet', '--format=json', '--resolution=4m', '--repeats=1'];
    expect(faults('fit', await json('fit', ...options, '--', compile('hold_memory'), '61', '65536'))).toEqual([]);
  });

  test('syscalls, of a trace', async ({ skip }) => {
    skip(!canTrace, cannotTrace);
    expect(
      faults('syscalls', await json('syscalls', '--quiet', '--format=json', '--large=3m', '--', compile('known_maps'))),
    ).toEqual([]);
  });

  test('syscalls, of counters', async () => {
    const options = ['--quiet', '--format=json', '--allocator=mmap'];
    expect(faults('syscalls', await json('syscalls', ...options, '--', compile('known_maps')))).toEqual([]);
  });
});
