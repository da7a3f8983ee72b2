import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ThreadCounters } from '../../../src/model/counters.ts';
import { bytesPerMiB } from '../../../src/model/units.ts';
import type { Glance, WatchView } from '../../../src/model/watch.ts';
import { renderFrame, renderWatchLine } from '../../../src/reporters/watch/frame.ts';

const graphemes = new Intl.Segmenter();
const mib = (count: number) => count * bytesPerMiB;
const thread = (name: string, live: number): ThreadCounters => ({
  ...{ tid: 7, name, calls: 1, liveAllocations: 1, liveUsableBytes: mib(live), totalRequestedBytes: 1 },
});

function glanceOf(changes: Partial<Glance> = {}): Glance {
  const rssHistory = [mib(100), mib(400), mib(916)];
  return { pid: 4711, command: ['java', '-jar', 'app.jar'], rssBytes: mib(916), rssHistory, threads: [], ...changes };
}

function viewOf(glances: Glance[], changes: Partial<WatchView> = {}): WatchView {
  return { glances, focus: 0, intervalMs: 200, message: '', armed: undefined, ...changes };
}

const wide = { width: 80, height: 24, color: false };

test('live bytes that cannot be right are not told, and why', () => {
  const liveWithheld = 'an allocator of the program’s own serves it.';
  expect(renderFrame(viewOf([glanceOf({ liveWithheld })]), wide)[2]).toBe(`live                   –  ${liveWithheld}`);
});

test('a process before the first look', () => {
  expect(renderFrame(viewOf([glanceOf({ liveBytes: mib(235) })]), wide)).toEqual([
    'offheap watch 4711  every 0.2 s  java -jar app.jar',
    'RSS                  916  ▁▄█',
    'live                 235  allocated and not freed, by the counter page',
    '',
    'looking at it …',
    't trim  g GC  s save  q quit',
  ]);
});

test('threads: what they call themselves cannot move the cursor', () => {
  const hostile = '\x1b[2J\r\nevil\u202e';
  const lines = renderFrame(viewOf([glanceOf({ threads: [thread(hostile, 3), thread('small', 0.1)] })]), wide);
  expect(lines.slice(-3, -1)).toEqual([
    'allocated less freed, by thread; a block may be freed by another one:',
    '\\u{1b}[2J\\u{d}\\u{a}evil\\u{202e}       3',
  ]);
});

test('a key that is to be pressed twice says what it will do; a process that has ended says so', () => {
  const [title, ...rest] = renderFrame(viewOf([glanceOf({ ended: 'has ended at 11:02:03' })], { armed: 'gc' }), wide);
  expect(title).toMatch(/^offheap watch 4711 {2}has ended at 11:02:03: its last values/);
  expect(rest.at(-1)).toBe(' g again: have the JVM collect its whole heap; any other key: not ');
});

test('of very many processes the focused one is listed', () => {
  const glances = Array.from({ length: 30 }, (_, index) => glanceOf({ pid: 1000 + index }));
  for (const focus of [0, 3, 15, 29]) {
    const lines = renderFrame(viewOf(glances, { focus }), { ...wide, height: 40 });
    const listed = lines.slice(0, 8);
    expect(listed.every((line) => /^[▸ ] {4}10\d\d /.test(line))).toBe(true);
    expect(listed.filter((line) => line.startsWith('▸'))).toEqual([expect.stringContaining(`▸    ${1000 + focus}`)]);
    expect(lines[8]).toBe('  and 22 more: ↑ ↓');
  }
});

test('no frame is larger than the terminal', () => {
  const glance = fc.record({
    pid: fc.integer({ min: 1, max: 4_194_304 }),
    command: fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 200 }), { minLength: 1 }),
    rssBytes: fc.nat(2 ** 40),
    rssHistory: fc.array(fc.nat(2 ** 40), { maxLength: 600 }),
    threads: fc.array(
      fc.record({ name: fc.string({ unit: 'binary-ascii' }), live: fc.nat(1000) }).map(({ name, live }) => thread(name, live)),
    ),
    liveBytes: fc.nat(2 ** 40),
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
      expect(lines.length).toBeLessThanOrEqual(screen.height);
      for (const line of lines)
        expect([...graphemes.segment(stripVTControlCharacters(line))].length).toBeLessThanOrEqual(screen.width);
    }),
    { numRuns: 50 },
  );
});

test('a line for what is no terminal', () => {
  expect(renderWatchLine(glanceOf({ liveBytes: mib(5) }))).toMatch(
    /^\d{4}-\S+Z 4711, RSS 916 MiB, live 5 MiB {2}java -jar app\.jar\n$/,
  );
});
