import { expect, test } from 'vitest';
import { commandOf, documentedLines, withOption } from '../../../scripts/docker/lines.mjs';
import { renderBases } from '../../../scripts/docker/table.mjs';

const line = 'docker run --rm -it --user=0 --pid=container:web --cap-add=SYS_PTRACE $OFFHEAP_IMAGE doctor 1';

test('the lines that are typed are those of the pages', () => {
  expect(documentedLines()).toEqual({
    beside: line,
    host: 'offheap doctor --container=web',
    ofOneFile: line.replace('$OFFHEAP_IMAGE', 'offheap'),
  });
});

test.each([
  ['none', () => '', 'found 0'],
  ['two that differ', (page) => (page === 'readme' ? `${line.replace('SYS_PTRACE', 'ALL')}\n${line}\n` : `\`${line}\``), 'found 2'],
  ['that of another user alone', () => line.replace('--user=0', '--user=1'), 'found 0'],
])('pages with %s are refused', (_, read, message) => {
  expect(() => documentedLines(read)).toThrow(message);
});

test('another command is asked by the same line, without a terminal', () => {
  expect(commandOf(line, 'owners', ['--format=json'])).toBe(
    'docker run --rm --user=0 --pid=container:web --cap-add=SYS_PTRACE $OFFHEAP_IMAGE owners 1 --format=json',
  );
  expect(withOption(line, ' --cap-add=SYS_PTRACE', '')).toBe(line.replace('--cap-add=SYS_PTRACE ', ''));
  expect(() => withOption(line, '--privileged', '')).toThrow('expected --privileged in: docker run');
});

test('the table has what was found, what explains it, and what is wrong', () => {
  const at = '2026-11-30T12:00:00.000Z';
  const right = { faults: [], notes: [] };
  const text = renderBases(
    [
      {
        title: 'A',
        with: 'root',
        jdk: 17,
        at,
        checks: { line: right, doctor: { ...right, figures: { version: '17.0.1' }, notes: ['why'] } },
      },
      {
        title: 'B',
        with: 'musl',
        at,
        checks: { line: { faults: ['a | b'], notes: [] }, counters: { ...right, figures: { liveBlocks: 1009 } } },
      },
      { title: 'C', with: 'none', jdk: 8, error: 'no engine' },
    ],
    { engine: '20.10', image: { isBuilt: true, seconds: 658, bytes: 123_900_000 } },
  );
  const cells = text.split('\n').map((row) => row.split('|').map((cell) => cell.trim()));
  expect(cells[2]?.slice(1, -1)).toEqual(['A', 'root', '17.0.1', '✓', '', '', '✓ 1', '', '', '', '', '', '2026-11-30']);
  expect(cells[3]?.slice(1, -1)).toEqual(['B', 'musl', '', '✗ a / b', '', '', '', '', '', '', '', '1,009 ✓', '2026-11-30']);
  expect(cells[4]?.slice(1, 5)).toEqual(['C', 'none', '8', '✗ no engine']);
  expect(text).toContain(
    'Docker 20.10. `docker build -f Dockerfile.small --target=debug .` took 11 minutes; the image has 124 MB.\n\n1. why',
  );
});
