import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { diagnoseFile } from '../../src/api/diagnose-file.ts';
import { deadResult } from '../../src/model/dead.ts';
import type { HeapInspection } from '../../src/model/inspection.ts';
import { type CoreFile, withCoreFile } from '../../src/native/core-file.ts';
import { inspectCoreHeap } from '../../src/native/core-heap.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { glibcFile } from '../../src/parse/libc.ts';
import { compileCorpus } from '../corpus/compile.ts';
import { labels } from '../corpus/labels.ts';
import { type Patient, startPatient } from '../corpus/start.ts';
import { whyNot } from '../corpus/why-not.ts';
import { copied, coresAllowed, freeze, killed, whyNoCopy, whyNoKernelCore } from '../fixtures/cores.ts';
import { plain } from '../fixtures/preload.ts';

const timeoutMs = 300_000;
const options = { budgetMs: 60_000, sizes: 100_000 };
/** Of C and of Java: one arena and many, free pages, tops and parts of pages, mapped blocks, tcaches. */
const wanted = [
  ...['a healthy program', 'a cache', 'retained pages', 'tops of arenas', 'pinned pages', 'too many arenas'],
  ...['Deflaters that are held', 'waiting for the GC'],
];
const programs = labels.filter(({ name }) => wanted.includes(name));
/** What the rules say of a core: no other finding needs less than a living process. */
const problemsOfCores = new Set([
  'retained-pages',
  'retained-arena-tops',
  'retained-sub-page',
  'too-many-arenas',
  'waiting-for-gc',
  'zlib-held',
]);

let folder: string;
let patient: Patient | undefined;
beforeAll(compileCorpus, timeoutMs);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offheap-core-test-'));
});
afterEach(async () => {
  await patient?.stop();
  patient = undefined;
  rmSync(folder, { recursive: true });
});

/** Starts it in the folder, with cores allowed. */
async function start(label: (typeof labels)[number]): Promise<number> {
  const prefix = coresAllowed(folder).join(' ');
  patient = await startPatient({ ...label, prefix: [prefix, label.prefix].filter(Boolean).join(' ') }, plain);
  return patient.pid;
}

/** Its headers, and malloc's heaps. */
async function readBoth(path: string): Promise<{ file: CoreFile; dead: HeapInspection }> {
  return await withCoreFile(path, options, async (file) => ({
    file,
    dead: await inspectCoreHeap(file, { ...options, glibcVersion: undefined }),
  }));
}

/** Of the moment, and of nobody's concern. */
function comparable({ durationMs: _, glibcVersion: __, ...figures }: HeapInspection) {
  return figures;
}

/** What does not depend on which pages were in memory. */
function withoutPages(inspection: HeapInspection) {
  const { totals, arenas, mmapped, ...others } = comparable(inspection);
  const counted = ({ rssBytes: _, residentFree: __, unreadableRssBytes: ___, ...figures }: HeapInspection['totals']) => figures;
  const { rssBytes: _, ...blocks } = mmapped;
  return { ...others, totals: counted(totals), arenas: arenas.map(counted), mmapped: blocks };
}

const whyNotCore = async (label: (typeof labels)[number]) => whyNoKernelCore ?? (await whyNot(label));

describe.each(programs.map((label) => [label.name, label] as const))('%s', (_, label) => {
  test('the kernel’s core tells of malloc what a look at the living process tells, to the byte', { timeout: timeoutMs }, async ({
    skip,
  }) => {
    const reason = await whyNotCore(label);
    if (reason !== undefined) skip(reason);
    const pid = await start(label);
    await freeze(pid);
    const live = await inspectHeap(pid, options);
    const core = await killed(pid, folder);
    const { file, dead } = await readBoth(core);
    expect(file).toMatchObject({ pid, signal: 6, isByKernel: true, isCut: false, missingBytes: 0, isCounted: true });
    expect(live.totals.liveChunks).toBeGreaterThan(0);
    if (file.hasPageHoles) expect(comparable(dead)).toEqual(comparable(live));
    else expect(withoutPages(dead)).toEqual(withoutPages(live));

    const result = await diagnoseFile(core);
    expect(deadResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    const problems = result.findings.filter(({ severity }) => severity === 'problem').map(({ code }) => code);
    expect(problems.sort()).toEqual(label.problems.filter((code) => problemsOfCores.has(code)).sort());
    expect(result).toMatchObject({
      source: { kind: 'core', isWhole: true, bytes: statSync(core).size },
      process: { pid, allocator: 'glibc' },
      core: { writer: 'kernel', signal: 'SIGABRT' },
    });
    const { parts = [], filledBytes } = result.memory ?? {};
    expect(parts.reduce((sum, part) => sum + (part.filledBytes ?? 0), 0)).toBe(filledBytes);
  });
});

const [free] = labels.filter(({ name }) => name === 'retained pages');

test('gcore’s core tells the same but for pages of zeros; cut, it tells what is there', { timeout: timeoutMs }, async ({
  skip,
}) => {
  skip(whyNoCopy !== undefined, whyNoCopy);
  if (!free) throw new Error('no such program in the corpus');
  const pid = await start(free);
  await freeze(pid);
  const live = await inspectHeap(pid, options);
  const core = copied(pid, folder);
  const { dead } = await readBoth(core);
  expect(withoutPages(dead)).toEqual(withoutPages(live));
  // A page of zeros that was in memory is none that holds something.
  expect(dead.totals.rssBytes).toBeLessThanOrEqual(live.totals.rssBytes);
  expect(dead.totals.residentFree.pageBytes).toBeLessThanOrEqual(live.totals.residentFree.pageBytes);
  expect(dead.totals.residentFree.pageBytes).toBeGreaterThan(0.9 * live.totals.residentFree.pageBytes);
  const whole = await diagnoseFile(core);
  expect(whole).toMatchObject({ core: { writer: 'debugger', pages: 'content' }, process: { pid } });
  expect(whole.findings[0]).toMatchObject({ code: 'retained-pages', severity: 'problem' });

  const bytes = statSync(core).size;
  truncateSync(core, Math.floor(bytes / 3));
  const cut = await diagnoseFile(core);
  expect(cut.source.isWhole).toBe(false);
  expect(cut.memory?.missingBytes).toBeGreaterThan(bytes / 2);
  expect(cut.memory?.filledBytes).toBeLessThan(whole.memory?.filledBytes ?? 0);
  expect(cut.blindSpots.find(({ instrument }) => instrument === 'core file')?.reason).toMatch(
    /^It was cut: \d+ MiB of memory is not in it\./,
  );
});

const [many] = labels.filter(({ name }) => name === 'tops of arenas');

test('of a core that is cut before libc’s data, the other arenas are told', { timeout: timeoutMs }, async ({ skip }) => {
  skip(whyNoKernelCore !== undefined, whyNoKernelCore);
  if (!many) throw new Error('no such program in the corpus');
  const pid = await start(many);
  await freeze(pid);
  const live = await inspectHeap(pid, options);
  const core = await killed(pid, folder);
  const { mappings } = await withCoreFile(core, options, async (file) => file);
  const data = mappings.find(({ path, access }) => glibcFile.test(path) && access?.isWritable);
  truncateSync(core, data?.dumpedAt);
  const { dead: cut } = await readBoth(core);
  const told = ({ arenas }: HeapInspection) =>
    arenas
      .filter(({ isMain }) => !isMain)
      .map(({ address, heaps, sizeBytes, liveChunks, liveBytes, freeChunks, freeBytes }) => ({
        ...{ address, heaps, sizeBytes, liveChunks, liveBytes, freeChunks, freeBytes },
      }));
  expect(told(live).length).toBeGreaterThan(1);
  expect(told(cut)).toEqual(told(live));
  const { blindSpots, source } = await diagnoseFile(core);
  expect(source.isWhole).toBe(false);
  expect(blindSpots.find(({ instrument }) => instrument === 'malloc’s heaps')?.reason).toMatch(
    /^The main arena is not in what is left/,
  );
});

const [small] = labels.filter(({ name }) => name === 'a healthy program');

test('a core that gzip has compressed is read, and leaves nothing behind', { timeout: timeoutMs }, async ({ skip }) => {
  skip(whyNoKernelCore !== undefined, whyNoKernelCore);
  if (!small) throw new Error('no such program in the corpus');
  const pid = await start(small);
  const core = await killed(pid, folder);
  const packed = join(folder, 'packed');
  writeFileSync(packed, gzipSync(readFileSync(core), { level: 1 }));
  const left = () => readdirSync(tmpdir()).filter((name) => /^offheap-core-[^t]/.test(name));
  const before = left();
  const [plainly, unpacked] = [await diagnoseFile(core), await diagnoseFile(packed)];
  expect(left()).toEqual(before);
  expect(unpacked.source).toMatchObject({ kind: 'core', path: packed, bytes: statSync(packed).size, isWhole: true });
  expect(unpacked.core).toMatchObject({ pages: 'content' });
  expect(unpacked.malloc?.totals.liveChunks).toBe(plainly.malloc?.totals.liveChunks);
  expect(unpacked.memory?.filledBytes).toBeLessThanOrEqual(plainly.memory?.filledBytes ?? 0);
});
