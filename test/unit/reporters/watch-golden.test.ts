import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { Owner, OwnerKind } from '../../../src/model/owners.ts';
import type { WatchView } from '../../../src/model/watch.ts';
import { toAscii } from '../../../src/reporters/ascii.ts';
import { renderFrame } from '../../../src/reporters/watch/frame.ts';
import { arenasOf, evidenceOf, figures, mallocOf, mib, regionsOf } from '../../fixtures/evidence.ts';
import { courseOf, glanceOf, lookOf, threadOf, viewOf } from '../../fixtures/watch.ts';

const evidence = evidenceOf({
  command: ['/usr/bin/java', '-jar', '/srv/orders.jar'],
  rssBytes: mib(1409),
  regions: regionsOf({
    ...{ 'java heap': 613, 'glibc arenas': 523, 'glibc main': 41, metaspace: 127, libraries: 37, 'code cache': 47 },
    ...{ 'thread stacks': 11, gc: 7, cds: 13, 'mapped files': 3, 'glibc mmapped': 5, unexplained: 2 },
  }),
  cgroup: { version: 2, limitBytes: mib(1531), usageBytes: mib(1451) },
  malloc: mallocOf(figures(193, { pageBytes: 283, mainTopBytes: 17, arenaTopBytes: 67, subPageBytes: 4 }), {
    arenas: arenasOf(61, { pageBytes: 9, arenaTopBytes: 2 }),
    census: { inflaters: 1009, inflaterWindows: 997, deflaters: 3, bytes: mib(41) },
  }),
});
const look = lookOf({
  evidence,
  verdict:
    'glibc made 61 arenas beside the main one. They keep 319 MiB of free memory, which they cannot lend each other. There is one more problem.',
  isProblem: true,
  freeBytes: mib(371),
  trimmableBytes: mib(300),
});
/** Five minutes: a step, and then slow growth. */
const ticks = Array.from({ length: 600 }, (_, tick) => (tick < 150 ? 1367 : 1397) + tick / 40);
const orders = glanceOf({
  ...{ command: evidence.command, rssBytes: mib(1412), look, rss: courseOf(ticks) },
  inUse: courseOf([181, 187, 193, 191, 193], 60_000),
});
const message = 'Trim: gave back 300 MiB; predicted 300 MiB, an error of 0.01 % of RSS. RSS 1,409 → 1,109 MiB.';

const ownerOf = (kind: OwnerKind, name: string, size: number, objects?: number): Owner => ({
  ...{ kind, name, blocks: size * 10, bytes: mib(size), directBlocks: size, directBytes: mib(size / 2), share: size / 193 },
  ...(objects === undefined ? {} : { objects }),
});
const looked = {
  ...{ liveBlocks: 1930, liveBytes: mib(193) },
  owners: [
    ownerOf('java', 'java.util.zip.Inflater$InflaterZStreamRef', 101, 1009),
    ownerOf('java', 'org.springframework.boot.autoconfigure.cache.CompressedEntryCacheConfiguration$Entry', 43, 1),
    ownerOf('jvm', 'JVM', 29),
    { ...ownerOf('thread', 'CN CompilerThreadN', 11), threads: 3 },
    ...Array.from({ length: 7 }, (_, index) => ownerOf('library', `libcodec${index}.so`, 1)),
    ownerOf('nobody', 'nobody', 2),
  ],
};
/** Two looks, and a third one under way. */
const owners = {
  look: { ...looked, ageMs: 7300, durationMs: 1483 },
  first: { ...looked, owners: looked.owners.slice(1), liveBytes: mib(91), beforeMs: 125_000 },
  lookingMs: 1103,
};

const views: Record<string, WatchView> = {
  watch: viewOf([orders], { message }),
  'watch-counted': viewOf([
    {
      ...orders,
      ...{ liveBytes: mib(193), live: courseOf(ticks.map((level) => level - 1200)) },
      threads: Array.from({ length: 43 }, (_, index) => threadOf(`pool-1-thread-${index + 1}`, 47 - index)),
    },
  ]),
  'watch-several': viewOf([orders, ...[89, 97, 101, 103, 107, 109, 113].map((pid) => glanceOf({ pid }))], { message }),
  'watch-owners': viewOf([{ ...orders, owners }], { showsOwners: true }),
  'watch-keys': viewOf([orders], { showsKeys: true }),
};

describe.each(Object.entries(views))('%s', (name, view) => {
  test.each([
    [80, 24],
    [120, 40],
    [200, 50],
  ])('in %d columns and %d lines', async (width, height) => {
    const lines = renderFrame(view, { width, height, color: false });
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`golden/${name}-${width}x${height}.txt`);
    expect(lines).toHaveLength(height);
    expect(lines.filter((line) => stringWidth(line) > width)).toEqual([]);
  });

  test('in ASCII', async () => {
    const text = renderFrame(view, { width: 80, height: 24, color: false })
      .map((line) => `${toAscii(line)}\n`)
      .join('');
    await expect(text).toMatchFileSnapshot(`golden/${name}-ascii.txt`);
    expect(text).toMatch(/^[\n -~]*$/);
    // A question mark stands for what has no substitute; the key is the one of ours.
    expect(text.replaceAll(/\? keys|^\? +This list/gm, '')).not.toContain('?');
  });
});

test('80 columns and 24 lines have what matters: verdict, bar, curves, the first parts and keys', () => {
  const text = renderFrame(views['watch'] ?? viewOf([]), { width: 80, height: 24, color: false }).join('\n');
  expect(text).toContain('RSS 1,412 MiB, 92 % of the memory limit of 1,531 MiB');
  expect(text).toMatch(/^█+▓+▒+░+▚+·+$/m);
  expect(text).toContain('Verdict: glibc made 61 arenas');
  expect(text).toMatch(/^RSS 1,412 MiB, \+3\.0 MiB\/min\. Curve: 1,367 to 1,412 MiB, 4 min 59 s\n▁/m);
  expect(text).toMatch(/^java heap +613 MiB +44 %/m);
  expect(text).toMatch(
    /^Trim: gave back 300 MiB; [\s\S]* RSS 1,409\n→ 1,109 MiB\.\nt trim {2}g GC {2}s save {2}o owners {2}\? keys {2}q quit$/m,
  );
});

test('every number of MiB has its unit', () => {
  const text = renderFrame(views['watch-counted'] ?? viewOf([]), { width: 200, height: 50, color: false }).join('\n');
  for (const [part, figure] of [
    ['heap', '613 MiB'],
    ['malloc kept free', '371 MiB'],
    ['a trim gives back', '300 MiB'],
    ['arena 7', '11 MiB free of    11 MiB'],
    ['pool-1-thread-7', '41 MiB'],
  ])
    expect(text).toMatch(new RegExp(`${part} +${figure}`));
});
