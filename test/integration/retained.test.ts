import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compare } from '../../src/api/compare.ts';
import type { Cell, PhaseSample } from '../../src/model/result.ts';
import { bytesPerMiB } from '../../src/model/units.ts';
import { retainedBytes } from '../../src/stats/returned.ts';
import { findJavaHomes } from './java-homes.ts';
import { copyPrograms } from './java-programs.ts';

const mapsFile = fileURLToPath(new URL('programs/maps_file.py', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-retained-'));
  copyPrograms(folder, 'LoadsClasses');
});
afterAll(() => rm(folder, { recursive: true }));

async function cellOf(command: string[], configuration = 'glibc'): Promise<Cell & { phases: Required<Cell['phases']> }> {
  const { cells } = await compare({ command, step: true, configurations: [configuration] });
  const [cell] = cells;
  if (cell?.state !== 'ok') throw new Error(cell?.reason);
  return cell as Cell & { phases: Required<Cell['phases']> };
}

const grown = ({ phases: { baseline, settled } }: Cell, figure: (sample: PhaseSample) => number | undefined) =>
  ((settled && figure(settled)) ?? Number.NaN) - ((baseline && figure(baseline)) ?? Number.NaN);
const sumOf = ({ partsRssBytes = {} }: PhaseSample) => Object.values(partsRssBytes).reduce((sum, bytes) => sum + bytes, 0);

test.each(findJavaHomes().filter(({ version }) => Number.parseInt(version, 10) >= 17))(
  'growth of metaspace is not retained, JDK $version',
  async ({ java }) => {
    // What a compiler takes between two readings is no part of it.
    const cell = await cellOf([java, '-Xint', '-Xmx64m', '-Xshare:auto', '-cp', folder, 'LoadsClasses', '10007']);
    const { baseline, settled } = cell.phases;
    const metaspaceBytes = grown(cell, ({ partsRssBytes }) => partsRssBytes?.metaspace);
    expect(metaspaceBytes).toBeGreaterThan(24 * bytesPerMiB);
    const asNative = grown(cell, ({ nativeRssBytes }) => nativeRssBytes) - grown(cell, ({ liveBytes }) => liveBytes);
    expect(asNative).toBeGreaterThan(metaspaceBytes - 4 * bytesPerMiB);
    expect(retainedBytes(cell)).toBeLessThan(6 * bytesPerMiB);
    for (const sample of [baseline, settled]) expect(sumOf(sample) / sample.rssBytes).toBeCloseTo(1, 1);
    expect(cell.phases.loaded).not.toHaveProperty('partsRssBytes');
    expect(cell.notes).toEqual([]);
  },
);

test('a JVM that may not be asked tells nothing of its parts: retained is of native RSS, where that is known, and a note says so', async () => {
  const cell = await cellOf(['java', '-Xmx64m', '-XX:+DisableAttachMechanism', '-cp', folder, 'LoadsClasses', '11']);
  expect(cell.phases.baseline).not.toHaveProperty('partsRssBytes');
  expect(retainedBytes(cell)).toBe(grown(cell, ({ nativeRssBytes }) => nativeRssBytes) - grown(cell, ({ liveBytes }) => liveBytes));
  expect(cell.notes).toContain(
    'the JVM cannot be asked: Expected a JVM that may be asked, but it was started with -XX:+DisableAttachMechanism.',
  );
  expect(cell.notes).toContain(
    'RSS was not divided at settled, so retained is of native RSS: this JVM does not tell what lies where',
  );
});

test.each(['glibc', 'mmap'])('a file that is mapped and read is not retained, on %s', async (configuration) => {
  const file = join(folder, 'mapped');
  await writeFile(file, Buffer.alloc(37 * bytesPerMiB, 1));
  const cell = await cellOf(['python3', mapsFile, file], configuration);
  expect(grown(cell, ({ partsRssBytes }) => partsRssBytes?.['mapped files'])).toBe(37 * bytesPerMiB);
  expect(grown(cell, ({ nativeRssBytes }) => nativeRssBytes)).toBeGreaterThanOrEqual(37 * bytesPerMiB);
  expect(retainedBytes(cell)).toBeLessThan(2 * bytesPerMiB);
  expect(cell.notes).toEqual([]);
});
