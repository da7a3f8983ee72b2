import { expect, test } from 'vitest';
import { readPulse } from '../../../src/exporter/candidates.ts';
import type { Roster } from '../../../src/exporter/roster.ts';
import { Scraper } from '../../../src/exporter/scraper.ts';
import type { Subject } from '../../../src/exporter/subject.ts';
import type { CounterReader } from '../../../src/native/counters.ts';

const budgetMs = 300;

/** This process by another name, whose page takes so long to read. */
function subjectOf(command: string, pageMs: number): Subject {
  const read = () => {
    for (const end = performance.now() + pageMs; performance.now() < end; );
    return { liveUsableBytes: 47, liveAllocations: 3, ownAllocator: false };
  };
  const readThreads = () => {
    throw new Error('at a scrape nothing is read whose costs grow with the process');
  };
  const counters = { read, readThreads } as unknown as CounterReader;
  const { startTimeTicks = 0 } = readPulse(process.pid) ?? {};
  const turn = { dueAt: 0, failures: 0, expectedMs: 20, isTried: false };
  return { pid: process.pid, startTimeTicks, argv: [], command, isJvm: false, place: {}, turn, memory: { counters } };
}

test('who is left when the time is up is left out and counted, at the next scrape another one', async () => {
  const roster = { subjects: [subjectOf('slow', budgetMs), subjectOf('other', 0)], leftOut: 0 } as unknown as Roster;
  const scraper = new Scraper(roster, { budgetMs });
  const commandsOf = (text: string) =>
    [...text.matchAll(/^offheap_meter_live_bytes\{.*command="(\w+)"/gm)].map(([, command]) => command);
  const first = await scraper.scrape('text');
  expect(commandsOf(String(first.bytes))).toEqual(['slow']);
  expect(String(first.bytes)).toContain('offheap_exporter_skipped_total{reason="budget"} 1\n');
  const second = await scraper.scrape('text');
  expect(commandsOf(String(second.bytes))).toEqual(['other', 'slow']);
  expect(String(second.bytes)).toContain('offheap_exporter_skipped_total{reason="budget"} 1\n');
  expect(String(second.bytes)).not.toContain('offheap_exporter_errors_total{');
});
