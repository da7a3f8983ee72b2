import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { canMount } from '../fixtures/namespace.ts';
import { skipUnless } from '../skip.ts';

const hierarchy = '/sys/fs/cgroup/memory';
const group = join(hierarchy, `offheap-test-${process.pid}`);
const limitBytes = 64 * 1024 ** 2;
const reader = fileURLToPath(new URL('../../dist/process/cgroup.js', import.meta.url));
const print = `import('${reader}').then(({ readMemoryCgroup }) => console.log(JSON.stringify(readMemoryCgroup(Number(process.argv[1])) ?? {})))`;
/** What a container runtime does: the container's own group is the root of what it has mounted. */
const asContainer =
  'mount -t tmpfs none /sys/fs/cgroup && mkdir /sys/fs/cgroup/memory && mount -t cgroup -o memory none /sys/fs/cgroup/memory && echo ready && exec "$@"';

function isPossible(): boolean {
  try {
    accessSync(join(hierarchy, 'cgroup.procs'), constants.W_OK);
    return process.geteuid?.() === 0 && /^CapEff:\s+\S*[\da-f]{10}/m.test(readFileSync('/proc/self/status', 'utf8'));
  } catch {
    return false;
  }
}

/** Runs a program in a group, in namespaces of its own unless `isPlain`. */
function run(name: string, command: string[], isPlain = false) {
  const enter = 'echo $$ > "$0"; exec "$@"';
  const contained = isPlain ? command : ['unshare', '--cgroup', '--mount', 'sh', '-c', asContainer, 'sh', ...command];
  const child = spawn('sh', ['-c', enter, join(group, name, 'cgroup.procs'), ...contained], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    if (child.kill('SIGKILL')) await once(child, 'exit');
  });
  return child;
}

async function read(name: string, pid: number | undefined): Promise<{ limitBytes?: number; usageBytes?: number }> {
  const output = await text(run(name, [process.execPath, '-e', print, String(pid)]).stdout);
  return JSON.parse(output.replace('ready\n', ''));
}

describe('a process of another container (cgroup v1)', () => {
  const possible = skipUnless(
    canMount && isPossible(),
    'no memory cgroup v1 in which root makes groups, or none that can be mounted',
  );
  beforeAll(() => {
    if (!possible) return;
    for (const name of ['', 'a', 'b']) mkdirSync(join(group, name));
    writeFileSync(join(group, 'a', 'memory.limit_in_bytes'), String(limitBytes));
    writeFileSync(join(group, 'b', 'memory.limit_in_bytes'), String(2 * limitBytes));
  });
  afterAll(() => {
    if (!possible) return;
    for (const name of ['a', 'b', '']) rmdirSync(join(group, name));
  });

  test('has its own limit, not that of the container that asks', async () => {
    const other = run('a', ['sleep', '60']);
    await once(other.stdout, 'data');
    expect((await read('b', other.pid)).limitBytes).toBe(limitBytes);
  });

  test('has none that can be known where it has mounted what everybody has', async () => {
    const host = run('a', ['sleep', '60'], true);
    expect((await read('b', host.pid)).limitBytes).not.toBe(2 * limitBytes);
  });
});
