import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openCounters } from '../../src/native/counters.ts';
import { compile, library, metered, temporaryFolder } from './preloaded.ts';

/** A program that allocates when it is told, on a page of its own. */
async function startAsked(env: NodeJS.ProcessEnv) {
  const child = spawn(compile('block_a_line'), { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  const exited = once(child, 'exit').then(([status, signal]) => String(signal ?? status));
  child.stdin.on('error', () => {});
  await once(lines, 'line');
  return {
    pid: child.pid ?? 0,
    /** `ok`, or how it ended. */
    allocate: () => {
      const answered = once(lines, 'line').then(([line]) => String(line));
      child.stdin.write('.');
      return Promise.race([answered, exited]);
    },
  };
}

function cutAndGrow(page: string): void {
  const { size } = statSync(page);
  truncateSync(page, 0);
  truncateSync(page, size);
}

const pageIn = (folder: string) => join(folder, readdirSync(folder)[0] ?? '');

describe.each([
  { name: 'the mmap allocator', preload: { LD_PRELOAD: library } },
  { name: 'the meter', preload: metered() },
])('$name: the page of a running program', ({ preload }) => {
  test('is sealed where it is a memfd: nobody can cut it', async () => {
    const program = await startAsked({ ...preload, OFFHEAP_COUNTERS_DIR: undefined });
    const reader = openCounters({ pid: program.pid });
    const { path } = reader.info;
    const { size } = statSync(path);
    for (const length of [0, 1, size - 1, size + 1])
      expect(() => truncateSync(path, length)).toThrow(expect.objectContaining({ code: 'EPERM' }));
    expect(await program.allocate()).toBe('ok');
    expect(reader.read().failures).toMatchObject({ malloc: 0 });
    reader.close();
  });

  test('ends the program by SIGBUS when who owns the file cuts it: the kernel has no seal for a named file', async () => {
    const folder = temporaryFolder();
    const program = await startAsked({ ...preload, OFFHEAP_COUNTERS_DIR: folder });
    expect(await program.allocate()).toBe('ok');
    truncateSync(pageIn(folder), 0);
    expect(await program.allocate()).toBe('SIGBUS');
  });

  test.each<[string, (page: string) => void]>([
    ['its name is removed', unlinkSync],
    ['its memory is given back', (page) => expect(spawnSync('fallocate', ['-p', '-o', '0', '-l', '8192', page]).status).toBe(0)],
    ['it is cut and has its length again', cutAndGrow],
    ['zeros are written over it', (page) => writeFileSync(page, Buffer.alloc(statSync(page).size), { flag: 'r+' })],
  ])('does not end it when %s', async (_, change) => {
    const folder = temporaryFolder();
    const program = await startAsked({ ...preload, OFFHEAP_COUNTERS_DIR: folder });
    change(pageIn(folder));
    expect(await program.allocate()).toBe('ok');
    expect(await program.allocate()).toBe('ok');
  });
});
