import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { inspectHeap } from '../../src/native/inspector.ts';
import { readResidentMemory } from '../../src/native/resident-memory.ts';
import { Sampler } from '../../src/native/sampler.ts';
import { collectEvidence } from '../../src/observe/evidence.ts';
import { Monitor } from '../../src/observe/monitor.ts';
import { parseResidentBytes } from '../../src/parse/proc-fields.ts';
import { compileCorpus } from '../corpus/compile.ts';
import { startPatient } from '../corpus/start.ts';
import { plain } from '../fixtures/preload.ts';
import { isRoot, skipUnless } from '../skip.ts';

const huge = 2 * 1024 ** 2;
const reserved = '/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages';
const readReserved = () => Number(readFileSync(reserved, 'utf8'));
/** 61 blocks of 4 MiB and a header each, and the main arena; the kernel sets them aside when they are mapped. */
const wanted = 61 * 3 + 4;

beforeAll(compileCorpus);
skipUnless(isRoot, 'only root reserves pages of hugetlbfs');

/** Gives them back when the test has ended. False where the machine has not so many to give. */
function reserve(pages: number): boolean {
  const before = readReserved();
  onTestFinished(() => writeFileSync(reserved, String(before)));
  writeFileSync(reserved, String(before + pages));
  return readReserved() >= before + pages;
}

test('pages of hugetlbfs are memory of a process in each of its figures: doctor, watch, sampler', async ({ skip }) => {
  skip(!reserve(wanted), 'this machine has no contiguous memory for pages of hugetlbfs');
  const environment = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=2' };
  const patient = await startPatient({ name: 'tables of malloc on hugetlbfs', program: { c: 'huge_tables' }, environment }, plain);
  onTestFinished(() => patient.stop());
  const { pid } = patient;
  const look = () => collectEvidence(pid, { inspect: inspectHeap });
  const evidence = await look();
  const { hugetlbBytes = 0, malloc, regions, rssBytes } = evidence;
  skip(hugetlbBytes === 0, 'this glibc has no glibc.malloc.hugetlb');
  // One byte makes all of such a page resident, so two of the three of a table are: nothing is written in the last.
  expect(malloc?.mmapped).toMatchObject({ chunks: 61, rssBytes: 61 * 2 * huge });
  expect(hugetlbBytes).toBeGreaterThanOrEqual(61 * 2 * huge);
  expect(hugetlbBytes % huge).toBe(0);
  expect(regions.reduce((sum, region) => sum + region.rssBytes, 0)).toBe(rssBytes);

  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  expect(Math.abs((parseResidentBytes(status) ?? 0) - rssBytes)).toBeLessThan(huge);
  expect(readResidentMemory(pid).rssBytes).toBe(rssBytes);

  const monitor = await Monitor.open(pid, { command: [], look, judge: () => ({ verdict: '', findings: [], isProblem: false }) });
  expect(Math.abs(monitor.glance().rssBytes - rssBytes)).toBeLessThan(huge);
  monitor.close();

  const sampler = new Sampler(pid, { intervalMs: 5, detailIntervalMs: 5, startedAt: performance.now() });
  onTestFinished(() => sampler.stop());
  await expect.poll(() => sampler.drain()[0]?.rssBytes, { interval: 5, timeout: 10_000 }).toBeGreaterThan(hugetlbBytes);
});
