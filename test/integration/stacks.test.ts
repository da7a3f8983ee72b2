import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DoctorResult } from '../../src/model/doctor.ts';
import { type ResultFile, resultFile } from '../../src/model/result.ts';
import { offheap } from '../cli/offheap.ts';
import { compileCorpus } from '../corpus/compile.ts';
import { startPatient } from '../corpus/start.ts';
import { plain } from '../fixtures/preload.ts';

/** Of zlib's own, once an Inflater is used: its state, and a window that is as long as it was asked for. */
const inflaterBytes = 39_928;
const streams = 8000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-stacks-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(...args: string[]): Promise<ResultFile> {
  const options = ['--quiet', '--format=json', `--results=${join(folder, 'raw.json')}`];
  const { status, stdout } = await offheap([args[0] ?? '', ...options, ...args.slice(1)]);
  expect(status).toBe(0);
  return resultFile.parse(JSON.parse(stdout));
}

// One thread: of what several allocate at the same moment the profiler leaves out some.
test('repro --stacks: who makes the Inflaters, and how much they hold', async () => {
  const { cells, plan } = await run(
    'repro',
    '--stacks',
    '--threads=1',
    '--allocator=glibc',
    `--streams=${streams}`,
    '--settle=100ms',
  );
  const { stacks, notes, command } = cells[0] ?? {};
  expect(plan?.stacks).toBe(true);
  expect(notes?.some((note) => note.startsWith('profiled: '))).toBe(true);
  expect(command?.some((word) => word.startsWith('-agentpath:'))).toBe(true);
  const inflating = stacks?.top.filter(({ frames }) => frames.some((frame) => frame.startsWith('java/util/zip/Inflater.'))) ?? [];
  const made = inflating.find(({ frames }) => frames.includes('io/offheap/repro/loader/LeakyStream.<init>'));
  expect(made?.frames).toContain('java/util/zip/Inflater.<init>');
  const bytes = inflating.reduce((sum, stack) => sum + stack.bytes, 0);
  // A lower bound: stacks that it could not walk, as of code that is being compiled, are not among these.
  expect(bytes / (streams * inflaterBytes)).toBeGreaterThan(0.7);
  expect(bytes / (streams * inflaterBytes)).toBeLessThan(1.05);
  expect(await readFile(stacks?.flameGraphFile ?? '', 'utf8')).toContain('LeakyStream');
});

test('compare --stacks: of what is no JVM a note says why there are none', async () => {
  const { cells } = await run(
    'compare',
    '--stacks',
    '--allocator=glibc',
    '--ready=r',
    '--duration=100ms',
    '--settle=0s',
    '--',
    'sh',
    '-c',
    'echo r; sleep 60; exit 0',
  );
  expect(cells[0]?.state).toBe('ok');
  expect(cells[0]?.stacks).toBeUndefined();
  expect(cells[0]?.notes).toContain('no stacks: the program is no JVM');
});

test('doctor --stacks: small blocks are told by their bytes, as large ones are, and no file of an earlier recording is written over', async () => {
  compileCorpus();
  const flags = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx32m'];
  const patient = await startPatient({ name: 'known blocks', program: { java: 'KnownBlocks', flags } }, plain);
  try {
    const record = async () => {
      const { stdout } = await offheap(['doctor', String(patient.pid), '--stacks=4s', '--quiet', '--format=json']);
      const { stacks } = JSON.parse(stdout) as DoctorResult;
      if (!stacks) throw new Error('no stacks');
      return stacks;
    };
    const { top, collapsedFile } = await record();
    const bytesOf = (method: string) =>
      top.filter(({ frames }) => frames.includes(`KnownBlocks.${method}`)).reduce((sum, { bytes }) => sum + bytes, 0);
    const large = bytesOf('large');
    expect(large).toBeGreaterThan(20 * 3 * 300_007);
    for (const method of ['small', 'middle']) {
      expect(bytesOf(method) / large).toBeGreaterThan(0.95);
      expect(bytesOf(method) / large).toBeLessThan(1.05);
    }
    expect(await readFile(collapsedFile, 'utf8')).toMatch(/KnownBlocks\.small.* \d+$/m);
    const again = await record();
    expect(again.collapsedFile).not.toBe(collapsedFile);
    await Promise.all([again.collapsedFile, again.flameGraphFile, collapsedFile].map((file) => rm(file)));
  } finally {
    await patient.stop();
  }
});
