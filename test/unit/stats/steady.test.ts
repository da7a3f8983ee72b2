import { expect, test } from 'vitest';
import { bytesPerMiB } from '../../../src/model/units.ts';
import { movementBefore, steadyWindowMs } from '../../../src/stats/steady.ts';

/** RSS in MiB at each of these times, every 10 ms from 0 to the end. */
function curve(endMs: number, mibAt: (ms: number) => number) {
  const atMs = Array.from({ length: endMs / 10 + 1 }, (_, index) => index * 10);
  return { atMs, rssBytes: atMs.map((ms) => Math.round(mibAt(ms) * bytesPerMiB)) };
}

test('a program that climbs and stops is steady when the climb is out of the window, and not before', () => {
  const climb = curve(4000, (ms) => 30 + Math.min(ms, 2000) / 10);
  expect(movementBefore(climb, 4000)).toEqual({ movedBytes: 0, isSteady: true });
  const atOnce = curve(2000, (ms) => 30 + Math.min(ms, 2000) / 10);
  expect(movementBefore(atOnce, 2000)).toEqual({ movedBytes: 100 * bytesPerMiB, isSteady: false });
  // What is in the window: from 2,000 back to 1,990 ms of the climb, and the second after it.
  const soon = curve(2990, (ms) => 30 + Math.min(ms, 2000) / 10);
  expect(movementBefore(soon, 2990)).toEqual({ movedBytes: bytesPerMiB, isSteady: true });
  const sooner = curve(2980, (ms) => 30 + Math.min(ms, 2000) / 10);
  expect(movementBefore(sooner, 2980)).toEqual({ movedBytes: 2 * bytesPerMiB, isSteady: false });
});

test('steady is within 1 MiB, or within half a per cent of a large RSS; falling is moving, too', () => {
  const by = (mib: number, of: number) =>
    movementBefore(
      curve(1000, (ms) => of - (ms < 500 ? 0 : mib)),
      1000,
    )?.isSteady;
  expect(by(1, 100)).toBe(true);
  expect(by(1.01, 100)).toBe(false);
  expect(by(5, 1000)).toBe(true);
  expect(by(5.01, 1000)).toBe(false);
});

test('where the window is not covered nothing is told: too young, not looked at of late, no samples', () => {
  expect(
    movementBefore(
      curve(700, () => 10),
      700,
    ),
  ).toBeUndefined();
  expect(
    movementBefore(
      curve(740, () => 10),
      1000,
    ),
  ).toBeUndefined();
  expect(movementBefore({ atMs: [], rssBytes: [] }, 5000)).toBeUndefined();
  // A busy machine: 250 ms without samples are borne at each end.
  expect(movementBefore({ atMs: [250, 750], rssBytes: [1, 1] }, steadyWindowMs)).toEqual({ movedBytes: 0, isSteady: true });
  expect(movementBefore({ atMs: [251, 750], rssBytes: [1, 1] }, steadyWindowMs)).toBeUndefined();
  expect(movementBefore({ atMs: [250, 749], rssBytes: [1, 1] }, steadyWindowMs)).toBeUndefined();
});
