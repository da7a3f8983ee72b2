import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { toResult } from '../../src/doctor/examine.ts';
import { describe as describeProcess, readPulse } from '../../src/exporter/candidates.ts';
import { Exposition } from '../../src/exporter/exposition.ts';
import { lookAt } from '../../src/exporter/look.ts';
import type { Finding } from '../../src/model/doctor.ts';
import { bytesPerMiB } from '../../src/model/units.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { type CollectOptions, collectEvidence } from '../../src/observe/evidence.ts';
import { mallocRead } from '../../src/stats/malloc-read.ts';
import { mallocRss } from '../../src/stats/process-figures.ts';
import { startHeap } from './inspected.ts';

const bin = join(fileURLToPath(new URL('../..', import.meta.url)), 'bin', 'offheap.js');

/** By the command line. `stdout` of JSON is long. */
function offheap(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', maxBuffer: 64 * bytesPerMiB });
  return { status, stdout, stderr };
}

async function lookFor(pid: number, options: Omit<CollectOptions, 'inspect'>) {
  return toResult(await collectEvidence(pid, { inspect: inspectHeap, ...options }), 0);
}

/** What malloc_trim gives back of heap_hidden: two pages of each chunk, or one where its header lies across a page's end. */
function expectHidden(finding: Finding | undefined): void {
  expect(finding).toMatchObject({ code: 'retained-pages' });
  expect(finding?.evidence['pageBytes']).toBeGreaterThan(63 * bytesPerMiB);
  expect(finding?.evidence['pageBytes']).toBeLessThanOrEqual(64 * bytesPerMiB);
}

describe('64 MiB that a trim gives back, in 100 MiB of the main arena', () => {
  test('in its time a look finds them', async () => {
    const { pid } = await startHeap('heap_hidden');
    const { findings, evidence, verdict } = await lookFor(pid, { budgetMs: 60_000 });
    expectHidden(findings[0]);
    expect(evidence.unknown.filter(({ instrument }) => instrument === 'heaps')).toEqual([]);
    expect(verdict).not.toMatch(/ were read/);
  });

  test('before its walk has begun nothing of it is known', async () => {
    const { pid } = await startHeap('heap_hidden');
    const { findings, evidence } = await lookFor(pid, { budgetMs: 0 });
    expect(findings.map(({ code }) => code)).toEqual(['not-enough-evidence']);
    const { unreadBytes, rssBytes } = mallocRead(evidence.malloc ?? (await inspectHeap(pid)));
    expect(unreadBytes).toBe(rssBytes);
  });

  test('without time it says that they may be there, and how much was read', async () => {
    const { pid } = await startHeap('heap_hidden');
    const { findings, evidence, verdict, blindSpots } = await lookFor(pid, { budgetMs: 1 });
    expect(findings.map(({ code }) => code)).toEqual(['not-enough-evidence']);
    expect(verdict).toMatch(
      /^\d+ of 10\d MiB of malloc could not be read, enough to hide a problem: \d+\.\d % of malloc’s 10\d MiB were read\./,
    );
    const { malloc } = evidence;
    const unread = malloc ? mallocRead(malloc).unreadBytes : 0;
    expect(evidence.unknown).toContainEqual({ instrument: 'heaps', code: 'not-read', detail: String(unread) });
    expect(unread).toBeGreaterThan(60 * bytesPerMiB);
    expect(blindSpots).toContainEqual(expect.objectContaining({ code: 'not-read', cure: expect.stringContaining('--budget=1m') }));
  });

  test('with patience it is read again, for longer', async () => {
    const { pid } = await startHeap('heap_hidden');
    const longer: number[] = [];
    const { findings } = await lookFor(pid, { budgetMs: 1, patienceMs: 60_000, onLonger: (ms) => longer.push(ms) });
    expectHidden(findings[0]);
    expect(longer.length).toBeGreaterThanOrEqual(1);
  });

  test('histo prints what it read in the time that it was given, and ends with status 1', async () => {
    const { pid } = await startHeap('heap_hidden');
    const { status, stdout, stderr } = offheap('histo', String(pid), '--budget=1ms');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(/│ could not be read: in use or free +│ +\d+\.\d MiB │/);
    expect(stdout).toMatch(/^\d+\.\d % of malloc’s 10\d MiB were read\. The rest /m);
    expect(offheap('histo', String(pid)).status).toBe(0);
  });

  test('a scrape of the exporter shows the share', async () => {
    const { pid } = await startHeap('heap_hidden');
    const pulse = readPulse(pid);
    const subject = pulse && (await describeProcess(pid, pulse, { kind: 'pattern', pattern: /heap_hidden/ }));
    if (!subject) throw new Error(`no process ${pid}`);
    const options = {
      attachIntervalMs: undefined,
      topThreads: 0,
      isKept: false,
      report: () => {},
      signal: new AbortController().signal,
    };
    subject.look = await lookAt(subject, { ...options, inspectBudgetMs: 1 });
    const exposition = new Exposition();
    exposition.fill([{ subject, rssBytes: 0, isLiveWithheld: false }]);
    const text = String((await exposition.render('text')).bytes);
    const figure = (name: string) => Number(new RegExp(`^${name}\\{.*\\} (\\S+)$`, 'm').exec(text)?.[1]);
    expect(figure('offheap_malloc_read_ratio')).toBeLessThan(0.5);
    expect(figure('offheap_malloc_unread_resident_bytes')).toBeGreaterThan(50 * bytesPerMiB);
  });
});

test('40 looks at it while two threads allocate as fast as they can: none says that nothing is wrong', async () => {
  const { pid } = await startHeap('heap_hidden', {}, { args: ['2'] });
  const codes = new Map<string, number>();
  for (let look = 0; look < 40; look++) {
    const { findings, verdict } = await lookFor(pid, { budgetMs: 1 + (look % 10) * 10 });
    const code = findings[0]?.code ?? verdict;
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  expect([...codes.keys()].filter((code) => code !== 'not-enough-evidence' && !code.startsWith('retained-'))).toEqual([]);
  expect(codes.get('not-enough-evidence')).toBeGreaterThanOrEqual(4);
});

test('what is in tcaches and fastbins is not in use: what is left is what the program holds', async () => {
  const { pid } = await startHeap('heap_shuffled');
  const malloc = await inspectHeap(pid);
  const { unknownBytes, tcacheBytes = 0, fastbinBytes = 0 } = malloc.totals;
  expect(unknownBytes).toBe(tcacheBytes + fastbinBytes);
  // Of 4 threads each keeps 6,000 blocks of 8 to 307 bytes: some 174 bytes with header and padding. Beside them are the array and the tcache of a thread.
  const { liveRssBytes = 0 } = mallocRss({ malloc }) ?? {};
  expect(liveRssBytes / (4 * 6000)).toBeGreaterThan(165);
  expect(liveRssBytes / (4 * 6000)).toBeLessThan(185);
});
