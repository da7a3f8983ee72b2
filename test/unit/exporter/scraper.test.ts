import { expect, test } from 'vitest';
import { type Roster, readPulse } from '../../../src/exporter/roster.ts';
import { Scraper } from '../../../src/exporter/scraper.ts';
import type { Subject } from '../../../src/exporter/subject.ts';
import type { CounterReader } from '../../../src/native/counters.ts';

const budgetMs = 300;

/** This process by another name, whose threads take so long to read. */
function subjectOf(command: string, threadsMs: number): Subject {
  const counters = {
    read: () => ({ liveUsableBytes: 47, liveAllocations: 3, ownAllocator: false }),
    readThreads: () => {
      for (const end = performance.now() + threadsMs; performance.now() < end; );
      return [];
    },
  } as unknown as CounterReader;
  const { startTimeTicks = 0 } = readPulse(process.pid) ?? {};
  const turn = { dueAt: 0, failures: 0, isDebtor: false };
  return { pid: process.pid, startTimeTicks, argv: [], command, isJvm: false, place: {}, turn, memory: { counters } };
}

test('a process whose threads take all the time leaves none out: threads alone are missing', async () => {
  const roster = { subjects: [subjectOf('slow', budgetMs), subjectOf('other', 0)], leftOut: 0 } as unknown as Roster;
  const { text } = await new Scraper(roster, { budgetMs, topThreads: 1 }).scrape('text');
  const commandsOf = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}\\{.*command="(\\w+)"`, 'gm'))].map(([, command]) => command);
  expect(commandsOf('offheap_meter_live_bytes')).toEqual(['slow', 'other']);
  expect(commandsOf('offheap_meter_thread_live_bytes')).toEqual(['slow']);
  expect(text).toContain('offheap_exporter_skipped_total{reason="budget"} 0\n');
});
