import { expect, test } from 'vitest';
import { liveByThread } from '../../../src/exporter/live-threads.ts';
import type { Subject } from '../../../src/exporter/subject.ts';
import { OffheapError } from '../../../src/model/errors.ts';
import type { CounterReader } from '../../../src/native/counters.ts';

const threads = [{ tid: 7, name: 'pool-1', calls: 1, liveAllocations: 1, liveUsableBytes: 5, totalRequestedBytes: 1 }];

/** A process with a page that says so many live bytes. */
function subjectWith(liveUsableBytes: number, readThreads: CounterReader['readThreads']): Subject {
  const read = () => ({ liveUsableBytes, liveAllocations: 3, ownAllocator: false });
  return { pid: 1, memory: { counters: { read, readThreads } as unknown as CounterReader } } as unknown as Subject;
}

function tell(subject: Subject) {
  const failures: string[] = [];
  const report = (instrument: string, code: string) => failures.push(`${instrument} ${code}`);
  const memory = { mappings: [], threads: [{ tid: 70, innerTid: 7, name: 'pool-1' }] };
  return { threads: liveByThread(subject, memory, { topThreads: 1, report }), failures };
}

test('live bytes by thread, under the names of this look, and the rest', () => {
  const told = tell(subjectWith(47, (names) => threads.map((thread) => ({ ...thread, name: names?.get(7) ?? 'read anew' }))));
  expect(told).toEqual({
    threads: new Map([
      ['pool-N', 5],
      ['other', 42],
    ]),
    failures: [],
  });
});

test('nothing of live bytes below nothing, of a page that cannot be read, and of a process without one', () => {
  expect(tell(subjectWith(-47, () => threads))).toEqual({ threads: undefined, failures: [] });
  const fail = () => {
    throw new OffheapError('COUNTERS_INVALID', 'no');
  };
  expect(tell(subjectWith(47, fail))).toEqual({ threads: undefined, failures: ['counters COUNTERS_INVALID'] });
  expect(tell({ pid: 1, memory: {} } as unknown as Subject)).toEqual({ threads: undefined, failures: [] });
});
