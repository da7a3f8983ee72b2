import { describe, expect, test } from 'vitest';
import { bytesPerMiB } from '../../../src/model/units.ts';
import type { MapNode } from '../../../src/stats/map-node.ts';
import { rssParts } from '../../../src/stats/rss-parts.ts';
import { rssTree } from '../../../src/stats/rss-tree.ts';
import { arenasOf, evidenceOf, figures, jvmOf, mallocOf, mib, regionsOf } from '../../fixtures/evidence.ts';

const told = (parts: readonly { name: string; bytes: number }[]) =>
  parts.map(({ name, bytes }) => `${name} ${bytes / bytesPerMiB}`);
const kept = { pageBytes: 13, mainTopBytes: 4, arenaTopBytes: 3, subPageBytes: 2 };

describe('the parts of RSS', () => {
  test('malloc by what gives it back; the sum is that of the regions', () => {
    const regions = regionsOf({ 'java heap': 100, metaspace: 7, 'glibc main': 11, 'glibc arenas': 30, 'glibc mmapped': 5 });
    const parts = rssParts(evidenceOf({ regions, malloc: mallocOf(figures(19, kept)) }));
    expect(told(parts)).toEqual([
      'java heap 100',
      'malloc in use 24',
      'malloc kept free, a trim gives it back 17',
      'malloc kept free, a trim does not 5',
      'metaspace 7',
    ]);
  });

  test('what is in tcaches and fastbins is not in use, and what was not read is a part of its own', () => {
    const regions = regionsOf({ 'glibc main': 41, 'glibc arenas': 30 });
    const totals = { ...figures(50, kept), unknownBytes: mib(9), tcacheBytes: mib(7), unreadableRssBytes: mib(11) };
    expect(told(rssParts(evidenceOf({ regions, malloc: mallocOf(totals) })))).toEqual([
      'malloc in use 31',
      'malloc kept free, a trim gives it back 17',
      'malloc kept free, a trim does not 5',
      'malloc kept free, in tcaches 7',
      'malloc that could not be read 11',
    ]);
  });

  test('more that is free than is resident: the heaps were read at another moment', () => {
    const parts = rssParts(evidenceOf({ regions: regionsOf({ 'glibc arenas': 18 }), malloc: mallocOf(figures(0, kept)) }));
    expect(told(parts)).toEqual([
      'malloc in use 0',
      'malloc kept free, a trim gives it back 17',
      'malloc kept free, a trim does not 1',
    ]);
  });

  test('heaps that nobody read, and another allocator, are not divided', () => {
    const { malloc: _, ...unread } = evidenceOf({ regions: regionsOf({ 'glibc arenas': 31, allocator: 17 }) });
    const allocator = { ...unread.allocator, name: 'jemalloc' };
    expect(told(rssParts({ ...unread, allocator }))).toEqual(['malloc 31', 'malloc of jemalloc 17']);
  });
});

describe('the tree', () => {
  const partOf = ({ parts = [] }: MapNode, name: string) => {
    const part = parts.find((candidate) => candidate.name === name);
    if (!part) throw new Error(`no part ${name} among ${parts.map((candidate) => candidate.name).join(', ')}`);
    return part;
  };
  const category = (name: string, mallocMiB: number) => ({
    name,
    reservedBytes: 0,
    committedBytes: 0,
    mallocBytes: mib(mallocMiB),
  });
  const tree = rssTree(
    evidenceOf({
      rssBytes: mib(200),
      regions: [
        ...regionsOf({ 'java heap': 100, metaspace: 7, gc: 11, 'glibc arenas': 53 }),
        {
          ...regionsOf({ 'mapped files': 29 })[0],
          kind: 'mapped files',
          largest: [{ name: '/a.db', sizeBytes: 1, rssBytes: mib(23) }],
        } as never,
      ],
      malloc: mallocOf(figures(31, { pageBytes: 17, arenaTopBytes: 5 }), {
        arenas: arenasOf(2, { pageBytes: 8, arenaTopBytes: 2 }),
        census: { inflaters: 1, inflaterWindows: 1, deflaters: 0, bytes: mib(31) / 31 },
      }),
      jvm: jvmOf({
        heap: { reservedBytes: mib(100), committedBytes: mib(100), usedBytes: mib(37), rssBytes: mib(100) },
        nmt: { totalReservedBytes: 0, totalCommittedBytes: 0, categories: [category('Class', 3), category('Symbol', 13)] },
      }),
    }),
  );

  test('its first level are the parts, the JVM’s own joined, the largest first', () => {
    expect(told(tree.parts ?? [])).toEqual([
      'java heap 100',
      'malloc in use 31',
      'mapped files 29',
      'JVM 18',
      'malloc kept free, a trim gives it back 17',
      'malloc kept free, a trim does not 5',
    ]);
  });

  test('each part opens: objects, NMT and zlib, arenas, regions, files; what is not known is the rest', () => {
    const opened = (name: string) => told(partOf(tree, name).parts ?? []);
    expect(opened('java heap')).toEqual(['touched, without objects 63', 'objects, garbage among them 37']);
    expect(opened('malloc in use')).toEqual(['JVM: Symbol 13', 'JVM: Class 3', 'zlib states 1', 'the rest 14']);
    expect(opened('malloc kept free, a trim gives it back')).toEqual(['arena 1 8', 'arena 2 8', 'the rest 1']);
    expect(opened('malloc kept free, a trim does not')).toEqual(['arena 1 2', 'arena 2 2', 'the rest 1']);
    expect(opened('JVM')).toEqual(['gc 11', 'metaspace 7']);
    expect(opened('mapped files')).toEqual(['/a.db 23', 'the rest 6']);
  });
});
