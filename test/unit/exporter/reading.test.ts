import { expect, test } from 'vitest';
import { readSubject } from '../../../src/exporter/reading.ts';
import { readPulse } from '../../../src/exporter/roster.ts';
import type { Subject } from '../../../src/exporter/subject.ts';
import type { CounterReader } from '../../../src/native/counters.ts';

const startTimeTicks = readPulse(process.pid)?.startTimeTicks ?? 0;

/** This process, with a page that says so many live bytes. */
function subjectWith(liveUsableBytes: number): Subject {
  const page = { liveUsableBytes, liveAllocations: 3, ownAllocator: false };
  const threads = [{ tid: 7, name: 'pool-1', calls: 1, liveAllocations: 1, liveUsableBytes: 5, totalRequestedBytes: 1 }];
  const counters = { read: () => page, readThreads: () => threads } as unknown as CounterReader;
  const turn = { dueAt: 0, failures: 0, isDebtor: false };
  return { pid: process.pid, startTimeTicks, argv: [], command: '', isJvm: false, place: {}, turn, memory: { counters } };
}

test('live bytes by thread, and the rest', () => {
  const reading = readSubject(subjectWith(47), 1);
  expect(reading?.metered).toEqual({
    liveBytes: 47,
    threads: new Map([
      ['pool-N', 5],
      ['other', 42],
    ]),
  });
  expect(reading?.isLiveWithheld).toBe(false);
});

test('live bytes below nothing are withheld, and nothing is said of threads', () => {
  const reading = readSubject(subjectWith(-47), 1);
  expect(reading).toMatchObject({ isLiveWithheld: true });
  expect(reading).not.toHaveProperty('metered');
});
