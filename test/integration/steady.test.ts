import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compare } from '../../src/api/compare.ts';
import type { Cell } from '../../src/model/result.ts';
import { bytesPerMiB } from '../../src/model/units.ts';
import { freePort } from './compare-programs.ts';

const climbs = fileURLToPath(new URL('programs/climbs.py', import.meta.url));
const climbMiB = 211;

/** A cell of the program that climbs a MiB every 10 ms, once its port is open: so much, or for ever. */
async function climbing(
  most: number | undefined,
  options: { steadyMs: number; durationMs?: number; settleMs?: number },
): Promise<Cell> {
  const port = await freePort();
  const { cells } = await compare({
    command: ['python3', climbs, String(port), ...(most === undefined ? [] : [String(most)])],
    ready: `tcp:${port}`,
    configurations: ['glibc'],
    durationMs: 1,
    settleMs: 0,
    ...options,
  });
  const [cell] = cells;
  if (cell?.state !== 'ok') throw new Error(cell?.reason);
  return cell;
}

test('a program that climbs for two seconds after its port has opened has its baseline after the climb', async () => {
  const { phases, notes } = await climbing(climbMiB, { steadyMs: 60_000, settleMs: 1500 });
  const { baseline, loaded, settled } = phases;
  expect(baseline?.rssBytes).toBeGreaterThan(climbMiB * bytesPerMiB);
  expect(baseline?.isSteady).toBe(true);
  expect(baseline?.movedBytes).toBeLessThanOrEqual(1.2 * bytesPerMiB);
  expect(baseline?.waitedMs).toBeGreaterThan(2000);
  expect((loaded?.rssBytes ?? 0) - (baseline?.rssBytes ?? 0)).toBeLessThan(2 * bytesPerMiB);
  expect(settled).toMatchObject({ isSteady: true, movedBytes: expect.any(Number) });
  expect(settled).not.toHaveProperty('waitedMs');
  expect(notes).toEqual([]);
});

test('without a wait the baseline is read on the way', async () => {
  const { phases, notes } = await climbing(climbMiB, { steadyMs: 0 });
  expect(phases.baseline?.rssBytes).toBeLessThan(climbMiB * bytesPerMiB);
  expect(phases.baseline).not.toHaveProperty('isSteady');
  expect(phases.settled).not.toHaveProperty('isSteady');
  expect(notes).toEqual([]);
});

test('one that climbs for ever has a baseline all the same, and is said not to have been steady there, nor when it settled', async () => {
  const { phases, notes } = await climbing(undefined, { steadyMs: 1500, settleMs: 1250 });
  expect(phases.baseline?.isSteady).toBe(false);
  expect(phases.baseline?.waitedMs).toBeGreaterThanOrEqual(1500);
  expect(phases.baseline?.movedBytes).toBeGreaterThan(bytesPerMiB);
  expect(phases.settled?.isSteady).toBe(false);
  expect(notes).toEqual([
    expect.stringMatching(
      /^RSS was not steady at baseline, \d\.\d s after the program was ready: it moved by \d+\.\d MiB in the last second$/,
    ),
    expect.stringMatching(/^RSS was not steady at settled: it moved by \d+\.\d MiB in the last second$/),
  ]);
});
