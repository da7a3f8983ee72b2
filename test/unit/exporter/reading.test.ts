import { expect, test } from 'vitest';
import { readPulse } from '../../../src/exporter/candidates.ts';
import { readSubject } from '../../../src/exporter/reading.ts';
import type { Subject } from '../../../src/exporter/subject.ts';
import type { CounterReader } from '../../../src/native/counters.ts';

const startTimeTicks = readPulse(process.pid)?.startTimeTicks ?? 0;

/** This process, with a page that says so many live bytes, whose threads are not to be read. */
function subjectWith(liveUsableBytes: number): Subject {
  const page = { liveUsableBytes, liveAllocations: 3, ownAllocator: false };
  const counters = { read: () => page } as unknown as CounterReader;
  const turn = { dueAt: 0, failures: 0, expectedMs: 20, isTried: false };
  return { pid: process.pid, startTimeTicks, argv: [], command: '', isJvm: false, place: {}, turn, memory: { counters } };
}

test('a scrape reads live bytes of the process, and nothing of its threads', () => {
  expect(readSubject(subjectWith(47))).toMatchObject({ liveBytes: 47, isLiveWithheld: false });
});

test('live bytes below nothing are withheld', () => {
  const reading = readSubject(subjectWith(-47));
  expect(reading).toMatchObject({ isLiveWithheld: true });
  expect(reading).not.toHaveProperty('liveBytes');
});
