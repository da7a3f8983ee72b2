import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LastLook, OwnersGlance } from '../../../src/model/watch.ts';
import { renderFrame } from '../../../src/reporters/watch/frame.ts';
import { renderWatchLine } from '../../../src/reporters/watch/line.ts';
import { evidenceOf, mib, programEvidence } from '../../fixtures/evidence.ts';
import { courseOf, glanceOf, intervalMs, lookOf, threadOf, viewOf } from '../../fixtures/watch.ts';

const graphemes = new Intl.Segmenter();
const wide = { width: 80, height: 24, color: false };

/** Without the empty lines that fill the screen. */
function textOf(lines: readonly string[]): string[] {
  return lines.filter((line) => line !== '');
}

test('live bytes that cannot be right are not told, and why', () => {
  const liveWithheld = 'an allocator of the program’s own serves it.';
  expect(renderFrame(viewOf([glanceOf({ liveWithheld })]), wide)).toContain(`Live figures are not shown: ${liveWithheld}`);
});

test('a process before the first look', () => {
  const glance = glanceOf({ liveBytes: mib(233), live: courseOf([229, 231, 233]) });
  expect(textOf(renderFrame(viewOf([glance]), wide))).toEqual([
    'app.jar (pid 4711): every 0.5 s',
    'RSS 919 MiB',
    'Verdict: looking at it …',
    'RSS 919 MiB. Curve: 101 to 919 MiB, 1 s',
    '▁▃█',
    'live 233 MiB. Curve: 229.0 to 233.0 MiB, 1 s',
    '▁▄█',
    't trim  g GC  s save  o owners  ? keys  q quit',
  ]);
});

const ownedBy = (bytes: number) => ({
  ...{ liveBlocks: 33, liveBytes: mib(bytes + 3) },
  owners: [
    { kind: 'java' as const, name: 'a.Cache', objects: 7, ...{ blocks: 30, directBlocks: 7 }, bytes: mib(bytes), directBytes: 9 },
    // Two files of one name.
    ...[1, 2].map((part) => ({ kind: 'library' as const, name: 'libz.so', ...blocksOf(part) })),
    { kind: 'nobody' as const, name: 'nobody', ...blocksOf(0) },
  ].map((owner) => ({ ...owner, share: owner.bytes / mib(bytes + 3) })),
});
const blocksOf = (size: number) => ({ blocks: size, directBlocks: size, bytes: mib(size), directBytes: mib(size) });

test('owners: that they are being read, why they could not be, and then what each has and has grown by', () => {
  const shown = (owners: OwnersGlance) => {
    const lines = textOf(renderFrame(viewOf([glanceOf({ owners })], { showsOwners: true }), wide));
    return lines.slice(
      lines.findIndex((line) => line.startsWith('owners')),
      -1,
    );
  };
  expect(shown({ lookingMs: 1700 })).toEqual(['owners of malloc’s blocks in use: reading owners … 1.7 s']);
  expect(shown({ problem: 'Not\nallowed.' }).slice(1)).toEqual(['Not\\u{a}allowed.']);
  const look = { ...ownedBy(97), ageMs: 3000, durationMs: 400 };
  expect(shown({ look })).toEqual([
    'owners of 100 MiB of malloc, read in 0.4 s, 3 s ago',
    expect.stringMatching(/^a\.Cache +97 MiB +97 % +█/),
    expect.stringMatching(/^libz\.so +3\.0 MiB +3 % +▎?$/),
    expect.stringMatching(/^nobody: no pointer found +0\.0 MiB +0 %$/),
    expect.stringMatching(/^blocks in use +100 MiB +100 % +█/),
  ]);
  const first = { ...ownedBy(90), beforeMs: 61_000 };
  expect(shown({ look, first, lookingMs: 100 })).toEqual([
    'owners of 100 MiB of malloc, growth in 1 min 1 s, 3 s ago, reading owners …',
    expect.stringMatching(/^a\.Cache +97 MiB +97 % +\+7\.0 MiB █/),
    expect.stringMatching(/^libz\.so +3\.0 MiB +3 % +0\.0 MiB/),
    expect.stringMatching(/^nobody: no pointer found +0\.0 MiB +0 % +0\.0 MiB$/),
    expect.stringMatching(/^blocks in use +100 MiB +100 % +\+7\.0 MiB █/),
  ]);
  // Under another allocator sizes are not known: addresses are counted.
  const unsized = { unsized: { allocator: 'tcmalloc' } };
  const counted = shown({ look: { ...look, ...unsized, liveBlocks: 36 }, first: { ...first, ...unsized } });
  expect(counted.slice(0, 2).join(' ')).toBe(
    'owners of 36 addresses of tcmalloc’s blocks, growth in 1 min 1 s, read in 0.4 s, 3 s ago',
  );
  expect(counted[2]).toMatch(/^a\.Cache +30 +97 % +0 █/);
  expect(counted.at(-1)).toMatch(/^all classes +36 +100 % +\+3 █/);
  // What classes own is with others at a look without the Java heap: nothing is said of growth.
  const unlike = shown({ look: { ...look, whyNoHeap: 'it has no table' }, first });
  expect(unlike[1]).toBe('No Java heap was read: it has no table.');
  expect(unlike.at(-1)).toMatch(/100 % +█/);
});

test('what is not a JVM is named by its program, and has no heaps where they were not read', () => {
  const { malloc: _, ...evidence } = programEvidence();
  const lines = textOf(renderFrame(viewOf([glanceOf({ look: lookOf({ evidence }) })]), wide));
  expect(lines.slice(0, 2)).toEqual([
    'program (pid 4711): glibc, 31 threads, up 1 min 37 s, every 0.5 s',
    'RSS 919 MiB; no memory limit is to be seen',
  ]);
  expect(lines.slice(-6)).toEqual([
    'parts of RSS, read in 1.5 s',
    expect.stringMatching(/^java heap +100 MiB +25 % █/),
    expect.stringMatching(/^metaspace +60 MiB +15 % █/),
    expect.stringMatching(/^glibc arenas +30 MiB +8 % █/),
    expect.stringMatching(/^libraries +20 MiB +5 % ▊$/),
    expect.stringContaining('? keys'),
  ]);
});

test('growth of 1 MiB a minute is seen on 4 GiB: a curve goes from its lowest to its highest value', () => {
  const rss = courseOf(Array.from({ length: 71 }, (_, tick) => 4096 + (tick * intervalMs) / 60_000));
  const lines = renderFrame(viewOf([glanceOf({ rssBytes: mib(4097), rss })]), wide);
  const index = lines.indexOf('RSS 4,097 MiB, +1.0 MiB/min. Curve: 4,096.0 to 4,096.6 MiB, 35 s');
  expect(lines[index + 1]).toMatch(/^▁+▂+▃+▄+▅+▆+▇+█+$/);
  expect(lines[index + 1]).toHaveLength(71);
});

test('what its ends do not tell apart is a flat line', () => {
  const rss = courseOf([4096, 4096.04, 4096, 4096.04]);
  expect(renderFrame(viewOf([glanceOf({ rss })]), wide)).toContain('▅▅▅▅');
});

test('600 ticks in 80 columns: a peak of one tick stays, and the last column is what it is now', () => {
  const rss = courseOf(Array.from({ length: 600 }, (_, tick) => (tick === 301 ? 977 : tick >= 598 ? 103 : 503)));
  const curve = renderFrame(viewOf([glanceOf({ rss })]), wide).find((line) => /^[▁-█]+$/.test(line));
  // Eight ticks a column.
  expect(curve).toBe(`${'▄'.repeat(37)}█${'▄'.repeat(36)}▁`);
});

test('blocks of malloc in use are known at looks alone: the curve holds between two', () => {
  const rss = courseOf(Array.from({ length: 9 }, () => 503));
  const inUse = { samples: [1000, 3000].map((atMs, index) => ({ atMs, bytes: mib(211 + 2 * index) })) };
  const lines = renderFrame(viewOf([glanceOf({ rss, inUse })]), wide);
  const index = lines.indexOf('malloc in use 213 MiB. Curve: 211.0 to 213.0 MiB, 2 s');
  expect(lines[index + 1]).toBe('  ▁▁▁▁███');
});

test('what a key did is never cut, though it is one long word', () => {
  const path = `/${'0123456789'.repeat(17)}.json`;
  const message = `saved: ${path}, to be read by offheap report`;
  const lines = renderFrame(viewOf([glanceOf()], { message }), { ...wide, width: 60, height: 10 });
  const foot = lines.slice(-6);
  expect(foot.slice(0, -1).join('').replaceAll(' ', '')).toContain(message.replaceAll(' ', ''));
  expect(foot.at(-1)).toBe('t trim  g GC  s save  o owners  ? keys  q quit');
});

test('threads: what they call themselves cannot move the cursor', () => {
  const hostile = '\x1b[2J\r\nevil\u202e';
  const threads = [threadOf(hostile, 3), threadOf('small', 0.1)];
  const lines = textOf(renderFrame(viewOf([glanceOf({ threads })]), wide));
  expect(lines.slice(-3, -1)).toEqual(['allocated less freed, by thread', '\\u{1b}[2J\\u{d}\\u{a}evil\\u{202e}          3.0 MiB']);
});

test('a key that is to be pressed twice says what it will do; a process that has ended says so', () => {
  const [title, ...rest] = renderFrame(viewOf([glanceOf({ ended: 'has ended at 11:02:03' })], { armed: 'gc' }), wide);
  expect(title).toBe('app.jar (pid 4711): has ended at 11:02:03, its last values');
  expect(rest.at(-1)).toBe('g again: have the JVM collect its whole heap; any other key: not');
});

test('the keys in words, and any key back', () => {
  const lines = textOf(renderFrame(viewOf([glanceOf()], { showsKeys: true }), wide));
  expect(lines[0]).toMatch(/^t, twice {4}The JVM calls malloc_trim/);
  expect(lines.at(-1)).toBe('any key: back');
});

test('a verdict about a problem is red; without colours there is none', () => {
  const view = viewOf([glanceOf({ look: lookOf({ verdict: 'It grows.', isProblem: true }) })]);
  expect(renderFrame(view, { ...wide, color: true }).join('\n')).toContain('\x1b[1m\x1b[31mVerdict: It grows.');
  expect(renderFrame(view, wide).join('\n')).not.toContain('\x1b');
});

test('of very many processes the focused one is listed, in a sixth of the screen', () => {
  const glances = Array.from({ length: 30 }, (_, index) => glanceOf({ pid: 1000 + index }));
  for (const [height, count] of [
    [50, 8],
    [40, 6],
    [24, 3],
    [7, 3],
  ] as const)
    for (const focus of [0, 3, 15, 29]) {
      const lines = renderFrame(viewOf(glances, { focus }), { ...wide, height });
      const listed = lines.slice(0, count);
      expect(listed.every((line) => /^[▸ ] {4}10\d\d {5}919 MiB /.test(line))).toBe(true);
      expect(listed.filter((line) => line.startsWith('▸'))).toEqual([expect.stringContaining(`▸    ${1000 + focus}`)]);
      expect(lines[count]).toBe(`  and ${30 - count} more: ↑ ↓`);
    }
});

test('a frame has as many lines as the terminal, and none is wider', () => {
  const glance = fc.record({
    pid: fc.integer({ min: 1, max: 4_194_304 }),
    command: fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 200 }), { minLength: 1 }),
    rssBytes: fc.nat(2 ** 40),
    rss: fc.array(fc.nat(2 ** 20), { maxLength: 600 }).map((levels) => courseOf(levels)),
    threads: fc.array(
      fc.record({ name: fc.string({ unit: 'binary-ascii' }), live: fc.nat(1000) }).map(({ name, live }) => threadOf(name, live)),
    ),
    live: fc.array(fc.nat(2 ** 20), { minLength: 1, maxLength: 600 }).map((levels) => courseOf(levels)),
    look: fc.string({ maxLength: 300 }).map((verdict) => lookOf({ verdict })),
    problem: fc.string({ maxLength: 300 }),
  });
  const sizes = fc.record({
    width: fc.integer({ min: 20, max: 200 }),
    height: fc.integer({ min: 2, max: 60 }),
    color: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(glance, { minLength: 1, maxLength: 20 }), sizes, (glances, screen) => {
      const lines = renderFrame(viewOf(glances), screen);
      expect(lines.length).toBe(screen.height);
      for (const line of lines)
        expect([...graphemes.segment(stripVTControlCharacters(line))].length).toBeLessThanOrEqual(screen.width);
    }),
    { numRuns: 50 },
  );
});

test('a line for what is no terminal has a unit at each number', () => {
  const minute = (from: number, to: number) => courseOf([from, (from + to) / 2, to], 30_000);
  expect(renderWatchLine(glanceOf({ liveBytes: mib(5), rss: minute(907, 919), live: minute(7, 5) }))).toMatch(
    /^\d{4}-\S+Z 4711, RSS 919 MiB, \+12 MiB\/min, live 5 MiB, -2\.0 MiB\/min {2}java -jar app\.jar\n$/,
  );
  const look = lookOf({ evidence: evidenceOf(), freeBytes: mib(379), trimmableBytes: mib(373) });
  expect(renderWatchLine(glanceOf({ look }))).toMatch(
    /Z 4711, RSS 919 MiB, malloc kept free 379 MiB, a trim gives back 373 MiB {2}java/,
  );
  const unread = (more: Partial<LastLook>) => renderWatchLine(glanceOf({ look: lookOf({ evidence: evidenceOf(), ...more }) }));
  expect(unread({ mallocReadShare: 1 })).toMatch(/RSS 919 MiB {2}java/);
  expect(unread({ mallocReadShare: 0.9789 })).toMatch(/RSS 919 MiB, 97\.8 % of malloc was read {2}java/);
  const heaps = evidenceOf({ unknown: [{ instrument: 'heaps', code: 'failed', detail: 'It took too long.' }] });
  expect(unread({ evidence: heaps })).toMatch(/RSS 919 MiB, malloc was not read {2}java/);
});
