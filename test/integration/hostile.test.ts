import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeAttachSocket } from '../../src/jvm/attach-leftover.ts';
import { replyBoundsOf } from '../../src/jvm/reply-bounds.ts';
import { preloadable } from '../fixtures/preload.ts';
import { runMeasured } from '../hostile/measured.ts';
import { type RunningTarget, startHostileTargets } from '../hostile/start.mjs';
import { hostileTargets } from '../hostile/targets.mjs';
import { compileBurst } from './burst-jvm.ts';

const mebibyte = 1024 ** 2;
let folder: string;
let targets: RunningTarget[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-hostile-'));
  await compileBurst(folder);
  targets = await startHostileTargets({ folder, meter: preloadable('meter'), replyBoundsOf, removeAttachSocket });
});
afterAll(async () => {
  await Promise.all(targets.map((target) => target.end()));
  await rm(folder, { recursive: true });
});

/** docs/security.md: of malloc's heaps, 1.6 s and half a second. */
const inspectionSeconds = 2.1;
const commands = [
  { command: 'doctor', options: ['--format=json', '--timeout=1s', '--quiet'], deadlineSeconds: inspectionSeconds },
  { command: 'histo', options: [], deadlineSeconds: inspectionSeconds },
  { command: 'counters', options: [], deadlineSeconds: 0 },
  { command: 'watch', options: ['--for=1ms', '--timeout=1s'], deadlineSeconds: inspectionSeconds },
  { command: 'syscalls', options: ['--for=1s', '--quiet'], deadlineSeconds: 1 },
];
const log: string[] = [];
afterAll(() => process.stderr.write(log.join('\n') + '\n'));
describe.each(commands)('$command', ({ command, options, deadlineSeconds }) => {
  test.each(hostileTargets)('a process that $hostileBy', async ({ name }) => {
    const pid = targets.find((target) => target.name === name)?.pid;
    const at = performance.now();
    const r = await runMeasured([command, ...options, String(pid)], { folder, seconds: 60 });
    log.push(
      [
        command,
        name,
        r.status,
        r.processorSeconds.toFixed(2),
        (r.maxRssBytes / mebibyte).toFixed(0),
        ((performance.now() - at) / 1000).toFixed(1),
        r.stdout.length,
        r.stderr.slice(0, 300),
      ].join('\t'),
    );
    expect(deadlineSeconds).toBeLessThan(9);
  });
});
