import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { copyForEveryone } from '../fixtures/copy-for-everyone.ts';
import { isRoot } from '../skip.ts';
import { kernelThread, noKernelThread, startHeap } from './inspected.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const nobody = 65_534;

const ours = { node: process.execPath, bin: join(root, 'bin', 'offheap.js') };

function histo(args: string[], options: { uid?: number } = {}, { node, bin } = ours) {
  const { status, stdout, stderr } = spawnSync(node, [bin, 'histo', ...args], {
    encoding: 'utf8',
    cwd: '/',
    ...options,
  });
  return { status, stdout, stderr };
}

test('a table by chunk size, and one by arena', async () => {
  const { pid } = await startHeap('heap_pages');
  const { status, stdout, stderr } = histo([String(pid), '--arenas']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(
    /^Process \d+, glibc 2\.\d+: 6 heaps of 6 arenas and 1 mmapped chunks \(1\.9 MiB, 0\.0 MiB resident\), read in \d+ ms\.$/m,
  );
  expect(stdout).toMatch(/│ 5,008 B +│ +1,500 │ +7\.2 MiB │ +0 │ +0\.0 MiB │/);
  expect(stdout).toMatch(/│ main +│/);
});

test('JSON with as many sizes as were asked for', async () => {
  const { pid } = await startHeap('heap_pages');
  const result = JSON.parse(histo([String(pid), '--format=json', '--top=2']).stdout) as Record<string, unknown>;
  expect(result).toMatchObject({ schemaVersion: 1, pid, consistency: 1 });
  expect(result['sizes']).toHaveLength(2);
});

test.each([
  [['0'], 2, 'offheap: Expected PID to be a whole number from 1 to 4194304, got "0".\n'],
  [['4194303'], 1, 'offheap: Expected a process 4194303, found none. List them: ps -e\n'],
])('%j', (args, status, stderr) => {
  expect(histo(args)).toEqual({ status, stdout: '', stderr });
});

test('a thread of the kernel', ({ skip }) => {
  if (kernelThread === undefined) skip(noKernelThread);
  const stderr = `offheap: Expected process ${kernelThread} to be a program, but it is a thread of the kernel: it has no heap.\n`;
  expect(histo([String(kernelThread)])).toEqual({ status: 1, stdout: '', stderr });
});

test('of another user: what is refused, and the cures', async (context) => {
  context.skip(!isRoot, 'only root becomes another user');
  const { pid } = await startHeap('heap_sub_page');
  const { status, stdout, stderr } = histo([String(pid)], { uid: nobody }, copyForEveryone());
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(
    new RegExp(
      `^offheap: Expected to be allowed to read the memory of process ${pid}, but .* was refused: it belongs to user 0, and this is user ${nobody}\\. .*sudo.*SYS_PTRACE`,
    ),
  );
});
