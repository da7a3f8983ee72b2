import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import type { HeapInspection } from '../../src/model/inspection.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { root } from '../cli/offheap.ts';
import { isRoot } from '../skip.ts';
import { startHeap } from './inspected.ts';

const blocks = 7 * 300_007;
const chunkBytes = 32;
const [firstCpu = '0'] = /^Cpus_allowed_list:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.slice(1) ?? [];

/** On the first core, before other programs where this user may say so: those of this test share it among themselves. */
const onFirstCpu = ['-n', isRoot ? '-19' : '0', 'taskset', '-c', firstCpu];

/** Programs that compute without a pause, on the same core as what is tested. They end with the test. */
async function keepBusy(programs: number): Promise<void> {
  for (let index = 0; index < programs; index++) {
    const child = spawn('nice', [...onFirstCpu, 'sh', '-c', 'echo; while :; do :; done'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
  }
}

test('on a core that three other programs use a budget is as good as on an idle one', async (context) => {
  const { pid } = await startHeap('many_chunks', { GLIBC_TUNABLES: 'glibc.malloc.arena_max=64' });
  const before = process.cpuUsage();
  await inspectHeap(pid, { budgetMs: 60_000 });
  const { user, system } = process.cpuUsage(before);
  const budgetMs = Math.ceil((2.5 * (user + system)) / 1000);
  await keepBusy(3);
  const command = [process.execPath, `${root}/bin/offheap.js`, 'histo', String(pid)];
  const { stdout } = await execa('nice', [...onFirstCpu, ...command, `--budget=${budgetMs}ms`, '--format=json', '--top=1000']);
  const { durationMs, sample, totals, sizes = [] } = JSON.parse(stdout) as HeapInspection;
  context.skip(durationMs >= 4 * budgetMs, 'other programs left less than a quarter of the core, which is the bound by the clock');
  // More time passed than a budget of time would have let.
  expect(durationMs).toBeGreaterThan(budgetMs);
  expect({ sample, unreadableBytes: totals.unreadableBytes }).toEqual({ sample: undefined, unreadableBytes: 0 });
  expect(sizes.find((row) => row.chunkBytes === chunkBytes)?.liveChunks).toBeGreaterThanOrEqual(blocks);
});
