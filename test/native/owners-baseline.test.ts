import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ownersResult } from '../../src/model/owners.ts';
import { offheap } from '../cli/offheap.ts';
import { startHeap } from './inspected.ts';
import { chunkOf } from './owners.ts';

/** Of owned_growth.c. */
const counts = { atFirst: 311, more: 103, list: 211, lost: 41 };

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-baseline-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'before.json');
}

const look = async (pid: number, options: string[]) => {
  const { status, stdout, stderr } = await offheap(['owners', String(pid), '--quiet', ...options]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
};

test('each owner has grown by what its program has allocated since', async () => {
  const { pid, prod } = await startHeap('owned_growth');
  const before = temporaryFile();
  await look(pid, ['--format=json', `--output=${before}`]);
  await prod();
  const { baseline, liveBlocks } = ownersResult.parse(JSON.parse(await look(pid, ['--format=json', `--baseline=${before}`])));
  expect(baseline).toMatchObject({ pid, isSameProcess: true });
  expect(baseline?.intervalMs).toBeGreaterThan(0);
  const [nobody, program] = ['nobody', 'library'].map((kind) => baseline?.owners.find((owner) => owner.kind === kind));
  expect(nobody).toMatchObject({
    before: { blocks: counts.lost, bytes: counts.lost * chunkOf(7000) },
    after: { blocks: 2 * counts.lost, bytes: 2 * counts.lost * chunkOf(7000) },
    change: { blocks: counts.lost, bytes: counts.lost * chunkOf(7000) },
  });
  expect(program).toMatchObject({
    name: 'owned_growth',
    before: {
      blocks: counts.atFirst + counts.list,
      bytes: counts.atFirst * chunkOf(5000) + counts.list * chunkOf(3000),
    },
    after: { blocks: counts.atFirst + counts.more, bytes: (counts.atFirst + counts.more) * chunkOf(5000) },
    change: { blocks: counts.more - counts.list, bytes: counts.more * chunkOf(5000) - counts.list * chunkOf(3000) },
  });
  expect(liveBlocks - (baseline?.liveBlocks ?? 0)).toBe(counts.more - counts.list + counts.lost);
  const table = await look(pid, [`--baseline=${before}`]);
  expect(table).toMatch(/Compared with a look at this process \d+ s earlier: /);
  expect(table).toMatch(/│ nobody: no pointer found +│ +│ +│ +│ +82 │ +\+41 │ +0\.3 │ +0\.5 │ +\+0\.3 │/);
});

test('another process of one command: differences, and no growth', async () => {
  const [first, second] = [await startHeap('owned_growth'), await startHeap('owned_growth')];
  const before = temporaryFile();
  await look(first.pid, ['--format=json', `--output=${before}`]);
  await second.prod();
  const table = await look(second.pid, [`--baseline=${before}`]);
  expect(table.replaceAll('\n', ' ')).toContain(`Compared with another process, ${first.pid} (owned_growth, of the same command)`);
  expect(table).not.toContain('a minute');
});
