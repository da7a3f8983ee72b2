import { expect, test } from 'vitest';
import { readSubject, withThreads } from '../../../src/exporter/reading.ts';
import { readPulse } from '../../../src/exporter/roster.ts';
import type { Subject } from '../../../src/exporter/subject.ts';
import type { CounterReader } from '../../../src/native/counters.ts';

const startTimeTicks = readPulse(process.pid)?.startTimeTicks ?? 0;

/** This process, with a page that says so many live bytes. */
function subjectWith(liveUsableBytes: number): Subject {
  const page = { liveUsableBytes, liveAllocations: 3, ownAllocator: false };
  const threads = [{ tid: 7, name: 'pool-1', calls: 1, liveAllocations: 1, liveUsableBytes: 5, totalRequestedBytes: 1 }];
  const readThreads = (names?: ReadonlyMap<number, string>) =>
    threads.map((thread) => ({ ...thread, name: names?.get(7) ?? 'read now' }));
  const counters = { read: () => page, readThreads } as unknown as CounterReader;
  const threadNames = new Map([[7, 'pool-1']]);
  const turn = { dueAt: 0, failures: 0, isDebtor: false };
  return {
    pid: process.pid,
    startTimeTicks,
    argv: [],
    command: '',
    isJvm: false,
    place: {},
    turn,
    memory: { counters, threadNames },
  };
}

test('live bytes by thread, under the names of the last look, and the rest', () => {
  const reading = readSubject(subjectWith(47));
  expect(reading?.metered).toEqual({ liveBytes: 47 });
  expect(reading && withThreads(reading, 1).metered).toEqual({
    liveBytes: 47,
    threads: new Map([
      ['pool-N', 5],
      ['other', 42],
    ]),
  });
  expect(reading?.isLiveWithheld).toBe(false);
});

test('live bytes below nothing are withheld, and nothing is said of threads', () => {
  const reading = readSubject(subjectWith(-47));
  expect(reading).toMatchObject({ isLiveWithheld: true });
  expect(reading).not.toHaveProperty('metered');
  expect(reading && withThreads(reading, 1)).toBe(reading);
});
