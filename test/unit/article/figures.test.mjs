import { expect, test } from 'vitest';
import { bytesPerStream, figuresOf, growth, live } from '../../../article/figures.mjs';
import { allocatorTable, versionTable } from '../../../article/tables.mjs';

const mib = 2 ** 20;

/** A cell on glibc whose live bytes and native RSS are the same. */
function cell({ streams, baseline, loaded }, more = {}) {
  const phase = (bytes, announced) => ({ nativeRssBytes: bytes, liveBytes: bytes, announced });
  const phases = {
    baseline: phase(baseline, { classLoader: 'org.springframework.boot.loader.Some' }),
    loaded: phase(loaded, { streams }),
  };
  return { configuration: 'glibc', state: 'ok', phases, census: { inflaterBlocks: 7, inflaterObjects: 11 }, ...more };
}

const failed = { configuration: 'glibc', state: 'failed', reason: 'it ended with status 1', phases: {} };

test('bytes a stream are the difference of two scans over that of their streams', () => {
  const find = figuresOf({
    'V-one': { cells: [cell({ streams: 100, baseline: 5, loaded: 5 + 3 * 100 + 977 })] },
    'V-all': { cells: [cell({ streams: 1100, baseline: 9, loaded: 9 + 3 * 1100 + 977 })] },
  });
  expect(bytesPerStream(find('V', 'all', 'glibc'), find('V', 'one', 'glibc'))).toBe(3);
});

test('without a second scan they are all that it added', () => {
  const find = figuresOf({ 'V-driven': { cells: [cell({ streams: 10, baseline: 7, loaded: 77 })] } });
  expect(bytesPerStream(find('V', 'driven', 'glibc'), undefined)).toBe(7);
});

test('a figure is the median of the cells that are ok; where none is, the reason is told', () => {
  const cells = [13, 11, 17].map((rise) => cell({ streams: 1, baseline: 0, loaded: rise }));
  const find = figuresOf({
    'V-all': { cells: [...cells, failed] },
    'W-all': { cells: [failed] },
    'X-all': { reason: 'no such release' },
  });
  expect(find('V', 'all', 'glibc').value(growth(live, 'loaded', 'baseline'))).toBe(13);
  expect(find('V', 'all', 'mmap').reason).toBe('not measured in this run');
  expect(find('W', 'all', 'glibc').reason).toBe('failed: it ended with status 1');
  expect(find('X', 'all', 'glibc').reason).toBe('no such release');
  expect(find('Y', 'all', 'glibc').reason).toBe('not measured in this run');
});

test('a release that does not start is told by its classes, driven directly, and the table says so', () => {
  const find = figuresOf({
    '2.0.4.RELEASE-all': { cells: [failed] },
    '2.0.4.RELEASE-driven': { cells: [cell({ streams: 1000, baseline: mib, loaded: mib + 39_928_000 })] },
  });
  const table = versionTable(find);
  const row = table.split('\n').find((line) => line.startsWith('| 2.0.4'));
  expect(row?.split('|').map((text) => text.trim())).toEqual([
    ...['', '2.0.4', 'not: its classes driven by the reproducer [2]', '1,000', '11', '7', '39,928', '38', '–', '–', '–', ''],
  ]);
  expect(table).toContain('[1] not measured in this run<br>\n[2] failed: it ended with status 1');
});

test('the table of allocators has a mark where nothing was measured, and the reason once below', () => {
  const find = figuresOf({ '2.0.4.RELEASE-all': { cells: [cell({ streams: 1, baseline: 0, loaded: 12 * mib })] } });
  const lines = allocatorTable(find, ['glibc', 'mmap']).split('\n');
  expect(lines).toHaveLength(6);
  expect(lines[2]?.split('|').map((text) => text.trim())).toEqual([
    '',
    '`glibc`',
    '[1]',
    '[1]',
    '12',
    '–',
    '–',
    '–',
    '12',
    '–',
    '',
  ]);
  expect(lines.slice(4)).toEqual(['[1] not measured in this run<br>', 'mmap: not measured in this run.']);
});
