import { expect, test } from 'vitest';
import { backWithinMs, Keeping, type TendRules } from '../../../../src/exporter/tend/keeping.ts';
import { mib } from '../../../fixtures/evidence.ts';

const minuteMs = 60_000;
const rules: TendRules = {
  aboveBytes: mib(128),
  keptForMs: 5 * minuteMs,
  idleBelowShare: 0.2,
  everyMs: minuteMs,
  maxPauseMs: 50,
};

/** Seen once a minute: what it keeps, and which share of a core it used meanwhile. */
function seenEachMinute(kept: readonly number[], share = 0.01): Keeping {
  const keeping = new Keeping(rules);
  for (const [minute, bytes] of kept.entries())
    keeping.see({ atMs: minute * minuteMs, keptBytes: mib(bytes), cpuMs: minute * minuteMs * share });
  return keeping;
}

const atOf = (kept: readonly number[]) => (kept.length - 1) * minuteMs;
const stateAfter = (kept: readonly number[], share?: number, expectedMs?: number) =>
  seenEachMinute(kept, share).stateAt(atOf(kept), expectedMs);

test.each([
  ['little', [127, 127, 127, 127, 127, 127, 127]],
  ['waiting', [0, 128, 128, 128, 128, 128]],
  ['due', [0, 128, 128, 128, 128, 128, 128]],
  ['waiting', [200, 200, 200, 0, 200, 200, 200]],
  ['little', [200, 200, 200, 200, 200, 200, 127]],
])('%s', (state, kept) => {
  expect(stateAfter(kept)).toBe(state);
});

test('one that is at work is left alone, and its last minute counts', () => {
  const kept = Array(7).fill(300);
  expect(stateAfter(kept, 0.2)).toBe('busy');
  const keeping = seenEachMinute(kept, 0.9);
  keeping.see({ atMs: 7 * minuteMs, keptBytes: mib(300), cpuMs: 6 * minuteMs * 0.9 + 11_990 });
  expect(keeping.stateAt(7 * minuteMs, undefined)).toBe('due');
});

test('a trim that would take too long is not begun', () => {
  const kept = Array(7).fill(300);
  expect(stateAfter(kept, 0, 50)).toBe('due');
  expect(stateAfter(kept, 0, 51)).toBe('long');
  expect(stateAfter(kept, 0, undefined)).toBe('due');
});

test('what nobody can tell it to give back is not kept', () => {
  const keeping = new Keeping(rules);
  for (let minute = 0; minute < 9; minute++) keeping.see({ atMs: minute * minuteMs, keptBytes: undefined, cpuMs: 0 });
  expect(keeping.stateAt(8 * minuteMs, undefined)).toBe('little');
});

const trimmedAt = (atMs: number, returned: number, predictedBytes: number | undefined = mib(300)) => ({
  ...{ atMs, predictedBytes },
  ...{ rssBeforeBytes: mib(800), rssAfterBytes: mib(800 - returned) },
});

test('a trim is checked a minute later, and nothing is told until then', () => {
  const kept = Array(7).fill(300);
  const keeping = seenEachMinute(kept);
  const atMs = atOf(kept);
  expect(keeping.trimmed(trimmedAt(atMs, 299))).toBe(true);
  expect(keeping.checkAtMs).toBe(atMs + backWithinMs);
  expect(keeping.checked(atMs + backWithinMs, mib(520))).toBe(true);
  expect(keeping.checkAtMs).toBeUndefined();
  expect(keeping.restsUntilMs).toBe(atMs + backWithinMs + minuteMs);
});

test('nine tenths of it are back: the rest doubles, until one stays', () => {
  const keeping = seenEachMinute(Array(7).fill(300));
  const restOf = (atMs: number, rssMib: number) => {
    keeping.trimmed(trimmedAt(atMs, 300));
    keeping.checked(atMs, mib(rssMib));
    return keeping.restsUntilMs - atMs;
  };
  expect(restOf(0, 770)).toBe(2 * minuteMs);
  expect(restOf(0, 771)).toBe(4 * minuteMs);
  expect(restOf(0, 2000)).toBe(8 * minuteMs);
  expect(restOf(0, 769)).toBe(minuteMs);
  expect(restOf(0, 800)).toBe(2 * minuteMs);
});

test('less than a tenth of the prediction was for nothing, and waits for no check', () => {
  const keeping = seenEachMinute(Array(7).fill(300));
  expect(keeping.trimmed(trimmedAt(0, 29))).toBe(false);
  expect(keeping.checkAtMs).toBeUndefined();
  expect(keeping.restsUntilMs).toBe(2 * minuteMs);
  expect(keeping.trimmed(trimmedAt(0, 30))).toBe(true);
  // Where nobody predicts it counts what is worth a trim.
  expect(keeping.trimmed({ ...trimmedAt(0, 12), predictedBytes: undefined })).toBe(false);
});

test('in vain again and again it is left alone for a day', () => {
  const keeping = seenEachMinute(Array(7).fill(300));
  for (let time = 0; time < 40; time++) keeping.trimmed(trimmedAt(0, 0));
  expect(keeping.restsUntilMs).toBe(24 * 60 * minuteMs);
});

test('after a trim it has to keep it for as long once more', () => {
  const keeping = seenEachMinute(Array(7).fill(300));
  const atMs = 6 * minuteMs;
  keeping.trimmed(trimmedAt(atMs, 300));
  keeping.checked(atMs + backWithinMs, mib(500));
  const see = (minute: number) => keeping.see({ atMs: minute * minuteMs, keptBytes: mib(300), cpuMs: 0 });
  for (const minute of [8, 9, 10, 11, 12]) see(minute);
  expect(keeping.stateAt(12 * minuteMs, undefined)).toBe('waiting');
  see(13);
  expect(keeping.stateAt(13 * minuteMs, undefined)).toBe('due');
});
