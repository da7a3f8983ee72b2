import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compare } from '../../src/api/compare.ts';
import { guard } from '../../src/api/guard.ts';
import { bytesPerMiB } from '../../src/model/units.ts';
import { offheap } from '../cli/offheap.ts';
import { copyPrograms } from './java-programs.ts';

const inflaters = 3001;
let folder: string;
let command: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-cell-doctor-'));
  copyPrograms(folder, 'HoldsInflaters');
  command = ['java', '-Xmx64m', '-cp', folder, 'HoldsInflaters', String(inflaters)];
});
afterAll(() => rm(folder, { recursive: true }));

test('the doctor looks at the first cell of a configuration that settles, and no figure but that of a trim has a part of it', async () => {
  const { cells } = await compare({ command, step: true, configurations: ['glibc'], repeats: 2 });
  expect(cells.map(({ state, look }) => [state, look === undefined])).toEqual([
    ['ok', false],
    ['ok', true],
  ]);
  const [{ look, phases, counters, timeline, notes } = { look: undefined, phases: undefined }] = cells;
  expect(look?.findings[0]).toMatchObject({ code: 'zlib-held', title: expect.stringContaining('HoldsInflaters.HELD') });
  // Each has its stream, its state and its window.
  expect(look?.owners[0]).toMatchObject({ kind: 'java', name: 'java.util.zip.Inflater$InflaterZStreamRef', blocks: 3 * inflaters });
  expect(look?.durationMs).toBeGreaterThan(0);
  // What a JVM allocates to answer the doctor is 4 MiB or more.
  const live = (counters as { liveUsableBytes?: number } | undefined)?.liveUsableBytes;
  expect(Math.abs((live ?? 0) - (phases?.settled?.liveBytes ?? 0))).toBeLessThan(bytesPerMiB);
  const lastRss = timeline?.rssBytes.at(-1) ?? 0;
  expect(Math.abs(lastRss - (phases?.settled?.rssBytes ?? 0))).toBeLessThan(3 * bytesPerMiB);
  // The trim comes after the look, which sees what that gives back.
  expect(phases?.trimmed?.atMs).toBeGreaterThan((timeline?.atMs.at(-1) ?? 0) + (look?.durationMs ?? 0) / 2);
  expect(notes).toEqual([]);
});

test('a broken bound of guard names its culprit, and who holds it', async () => {
  const { outcome, broken } = await guard({
    command,
    step: true,
    bounds: [
      { quantity: 'live-growth', max: bytesPerMiB },
      { quantity: 'retained', max: 64 * bytesPerMiB },
    ],
  });
  expect(outcome).toBe('broken');
  expect(broken).toEqual([
    {
      ...broken[0],
      bound: expect.objectContaining({ quantity: 'live-growth' }),
      culprit: expect.stringContaining('HoldsInflaters.HELD'),
    },
  ]);
});

test('without the doctor there is no look, and with it the table and a line of guard say what it saw', async () => {
  const args = ['--quiet', '--step', `--results=${join(folder, 'raw.json')}`];
  const seen = await offheap(['compare', ...args, '--allocator=glibc', '--', ...command]);
  expect(seen.stdout.replaceAll('\n', ' ')).toMatch(/ glibc: problem zlib-held\. .*HoldsInflaters\.HELD/);
  const unseen = await offheap(['compare', ...args, '--allocator=glibc', '--no-doctor', '--', ...command]);
  expect(unseen.stdout).not.toContain('zlib-held');
  const broken = await offheap(['guard', ...args, '--max-settled=1m', '--', ...command]);
  expect({ status: broken.status, stderr: broken.stderr }).toEqual({ status: 3, stderr: '' });
  expect(broken.stdout).toMatch(/^broken {3}settled \d+ MiB breaks --max-settled=1 MiB\. .*HoldsInflaters\.HELD/m);
});
