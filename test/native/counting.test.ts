import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allocatingEntryPoints, entryPoints, liveBytesOf, liveFigures } from '../../src/model/counters.ts';
import { loadBinding } from '../../src/native/binding.ts';
import { toCamelCase } from '../../src/native/camel-case.ts';
import { describeCounters } from '../../src/native/counters.ts';
import {
  bytesOfPages,
  histogram,
  keptSizes,
  knownCalls,
  knownFailures,
  live,
  liveOf,
  noCalls,
  noFailures,
  pagesOf,
  requestedSizes,
  sum,
} from './known-work.ts';
import { bitWidth, compile, metered, onlyPage, type Page, pagePrime, prime, runProgram, temporaryFolder } from './preloaded.ts';

test('a program that allocates nothing has counted nothing', () => {
  const finished = runProgram('nothing');
  expect(finished.status).toBe(0);
  const page = onlyPage(finished);
  expect(page).toMatchObject({ calls: noCalls, failures: noFailures, totalMappedPages: 0, peakLiveMappedBytes: 0, settled: true });
  expect(live(page)).toEqual(liveOf([]));
});

describe('known work', () => {
  const page = () => {
    const finished = runProgram('known_work');
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' });
    return onlyPage(finished);
  };

  test('calls and failures by entry point', () => {
    const { calls, failures, mapFailures, unmapFailures } = page();
    expect({ calls, failures }).toEqual({ calls: knownCalls, failures: knownFailures });
    // Refused before the kernel was asked.
    expect({ mapFailures, unmapFailures }).toEqual({ mapFailures: 0, unmapFailures: 0 });
  });

  test('live blocks, to the byte', () => {
    expect(live(page())).toEqual(liveOf(keptSizes));
  });

  test('totals: every size that was asked for, and every page that was mapped', () => {
    const { totalRequestedBytes, totalMappedPages, sizeHistogram } = page();
    expect(totalRequestedBytes).toBe(sum(requestedSizes));
    expect(sizeHistogram.total).toEqual(histogram(requestedSizes));
    // Two reallocs: one added the pages it lacked, one gave pages back.
    const mappedAnew = [prime, prime * 2, pagePrime, prime, 5, 6, 7, 8, 9, 0];
    expect(totalMappedPages).toBe(sum(mappedAnew.map(pagesOf)) + pagesOf(pagePrime * 3) - pagesOf(pagePrime));
  });

  test('peaks: the moment when most was live', () => {
    const { peakLiveRequestedBytes, peakLiveMappedBytes } = page();
    expect(peakLiveRequestedBytes).toBe(prime * 3);
    expect(peakLiveMappedBytes).toBe(bytesOfPages([prime, prime * 2]));
  });
});

describe('threads', () => {
  test('blocks that other threads free: live is exact', () => {
    const finished = runProgram('threads');
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' });
    const { calls, sizeHistogram, settled } = onlyPage(finished);
    expect({ free: calls.free >= 16 * 499, settled }).toEqual({ free: true, settled: true });
    expect(sizeHistogram.total[bitWidth(pagePrime)]).toBe(16 * 500);
    expect(sizeHistogram.live[bitWidth(pagePrime)]).toBe(16);
  });

  test('20,000 threads come and go: nothing is lost when a slot is given back and taken again', () => {
    const finished = runProgram('thread_churn', ['20000']);
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' });
    const { sizeHistogram } = onlyPage(finished);
    expect(sizeHistogram.total[bitWidth(prime)]).toBe(20_000);
    expect(sizeHistogram.live[bitWidth(prime)]).toBe(20_000);
    expect(sizeHistogram.total[bitWidth(pagePrime)]).toBe(20_000);
    expect(sizeHistogram.live[bitWidth(pagePrime)]).toBe(0);
  });

  test('more threads at once than there are slots: the rest count too', (context) => {
    const finished = runProgram('many_threads');
    if (finished.status === 77) context.skip('this machine does not allow 4,300 threads at once');
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' });
    expect(onlyPage(finished).sizeHistogram.live[bitWidth(pagePrime)]).toBe(4300);
  });
});

test('a signal handler that allocates: every call counts once', () => {
  const finished = runProgram('signal_handler');
  expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' });
  const { calls, liveAllocations, liveRequestedBytes } = onlyPage(finished);
  const expected = Number(finished.stdout);
  expect({ malloc: calls.malloc, free: calls.free }).toEqual({ malloc: expected, free: expected });
  expect({ liveAllocations, liveRequestedBytes }).toEqual({ liveAllocations: 0, liveRequestedBytes: 0 });
});

test('calls before main and after it count', () => {
  const finished = runProgram('late_calls');
  expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' });
  const page = onlyPage(finished);
  expect({ malloc: page.calls.malloc, free: page.calls.free }).toEqual({ malloc: 2, free: 2 });
  expect(live(page)).toEqual(liveOf([]));
});

describe('fork', () => {
  test.each([0, 5])('of a process with %i other threads: the child has its own page, with the parent’s live blocks', (threads) => {
    const finished = runProgram('fork', [String(threads)]);
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' });
    const [parent, child, ...others] = finished.pages;
    expect(others).toEqual([]);
    if (!parent || !child) throw new Error('expected two pages');
    expect(child.info.pid).not.toBe(parent.info.pid);
    const primes = (page: Page) => page.sizeHistogram.live[bitWidth(prime)];
    const pagePrimes = (page: Page) => page.sizeHistogram.live[bitWidth(pagePrime)];
    expect({ primes: primes(parent), pagePrimes: pagePrimes(parent) }).toEqual({ primes: threads + 1, pagePrimes: 0 });
    expect({ primes: primes(child), pagePrimes: pagePrimes(child) }).toEqual({ primes: threads, pagePrimes: 2 });
    // The child did one free and two mallocs; the parent did nothing after the fork.
    const delta = (liveBytesOf(child) ?? 0) - (liveBytesOf(parent) ?? 0);
    expect(delta).toBe(2 * pagePrime - prime);
    expect(child.calls.malloc - parent.calls.malloc).toBe(2);
    expect(child.calls.free - parent.calls.free).toBe(1);
  });

  test('while other threads allocate: every child works, and so does its child', () => {
    const { status, stderr, pages } = runProgram('fork_while_busy');
    expect({ status, stderr, pages: pages.length }).toEqual({ status: 0, stderr: '', pages: 201 });
  });

  test('vfork and exec: the child’s calls are the parent’s, the program executed has a page of its own', () => {
    const finished = runProgram('vfork_exec', [compile('late_calls')]);
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' });
    const [parent, executed, ...others] = finished.pages;
    expect(others).toEqual([]);
    expect(parent?.calls).toMatchObject({ malloc: 2, free: 2 });
    expect(executed?.calls).toMatchObject({ malloc: 2, free: 2 });
    expect(parent?.info.pid).not.toBe(executed?.info.pid);
  });

  test('exec in the same process: a second file, which starts at zero', () => {
    const finished = runProgram('exec_self', [compile('late_calls')]);
    expect(finished.status).toBe(0);
    const [before, after, ...others] = finished.pages;
    expect(others).toEqual([]);
    expect([before?.file, after?.file]).toEqual([`${before?.info.pid}-0.counters`, `${before?.info.pid}-1.counters`]);
    expect([before?.liveRequestedBytes, after?.liveRequestedBytes]).toEqual([prime, 0]);
  });
});

test('the addon’s fields are the snapshot’s keys: the lists in C and in TypeScript agree', () => {
  const names = describeCounters().map(({ name }) => name);
  const of = (prefix: string) => names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  expect(of('calls_')).toEqual(entryPoints);
  expect(of('failures_')).toEqual(allocatingEntryPoints);
  const { calls: _calls, failures: _failures, file: _file, info: _info, ...rest } = onlyPage(runProgram('nothing'));
  expect(Object.keys(rest).sort()).toEqual(
    [
      ...['mapFailures', 'unmapFailures', 'liveAllocations', 'liveRequestedBytes', 'peakLiveRequestedBytes', 'liveMappedBytes'],
      ...['peakLiveMappedBytes', 'totalRequestedBytes', 'totalMappedPages', 'roundingWasteBytes', 'sizeHistogram', 'settled'],
    ].sort(),
  );
  expect(Object.keys(rest.sizeHistogram).sort()).toEqual(['live', 'total']);
  for (const { doc, kind } of describeCounters()) {
    expect(doc).toMatch(/^[A-Z].*\.$/);
    expect(['counter', 'level', 'peak']).toContain(kind);
  }
});

test('figures of what is live are the header’s levels and peaks, and the waste that follows from them', () => {
  const live = describeCounters().filter(({ kind, name }) => kind !== 'counter' && !name.endsWith('_sizes'));
  expect(new Set(liveFigures)).toEqual(new Set([...live.map(({ name }) => toCamelCase(name)), 'roundingWasteBytes']));
});

test.each([
  { writer: 'mmapalloc', program: 'known_work', env: {}, own: ['live_requested_bytes', 'live_mapped_bytes', 'total_mapped_pages'] },
  { writer: 'meter', program: 'metered_calls', env: metered(), own: ['live_usable_bytes', 'peak_live_usable_bytes'] },
])('$writer writes no counter that counter_fields.h gives to the other library', ({ writer, program, env, own }) => {
  const folder = temporaryFolder();
  expect(runProgram(program, [], { ...env, OFFHEAP_COUNTERS_DIR: folder })).toMatchObject({ status: 0 });
  const { fields, cellCount } = loadBinding().counterPage;
  const cells = new Float64Array(cellCount);
  const [file = ''] = readdirSync(folder);
  const { map } = loadBinding().mapCounters(join(folder, file));
  expect(map?.read(cells).status).toBe('ok');
  expect(map?.info.writer).toBe(writer);
  map?.close();
  const written = fields.filter(({ firstCell, width }) =>
    cells.subarray(firstCell, firstCell + width).some((value) => value !== 0),
  );
  expect(written.map(({ name }) => name)).toEqual(expect.arrayContaining(own));
  expect(written.filter((field) => field.writer !== 'any' && field.writer !== writer)).toEqual([]);
});

test('docs/counters.md has every counter, as the header describes it', () => {
  const documented = readFileSync(new URL('../../docs/counters.md', import.meta.url), 'utf8');
  const missing = describeCounters().filter(
    ({ name, kind, unit, doc }) => !documented.includes(`| \`${name}\` | ${kind} | ${unit} | ${doc} |`),
  );
  expect(missing).toEqual([]);
});
