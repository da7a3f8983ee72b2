import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { removeAttachSocket } from '../../../src/jvm/attach-leftover.ts';
import { type Cell, resultFile } from '../../../src/model/result.ts';
import { type RunInTurn, startAllInTurn } from '../../cli/in-turn.ts';
import { type Finished, offheap, root } from '../../cli/offheap.ts';
import { plain } from '../../fixtures/preload.ts';
import { compile, temporaryFolder } from '../../native/preloaded.ts';

/** No program is looked at so often. */
const mostLooks = 100;
const atOnce = 4;
/** What Node and the system say of a failure that nobody foresaw. */
const unforeseen = /\bE[A-Z]{3,}\b|OFFHEAP_DEBUG|\n {4}at /;
const killer = () => plain(compile('kill_when_looked_at', 'library'));

const runners = startAllInTurn(atOnce, () => ({ LD_PRELOAD: killer() }));

/** Runs a command during which a process dies. */
type DeadlyRun = (args: string[]) => Promise<Finished>;

async function startVictim(): Promise<ChildProcess> {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  // Before the loader has run it has no malloc yet, and is another program for who looks at it.
  await expect.poll(() => readFileSync(`/proc/${child.pid}/maps`, 'utf8'), { interval: 5 }).toContain('[heap]');
  return child;
}

/**
 * Looks at a process that dies at the first look, at the second, and so on, some at the same time, until one outlives them all. Each of those has its process of
 * offheap, whose runs count their looks by themselves.
 */
async function sweep(attempt: (look: number, run: DeadlyRun) => Promise<void>): Promise<number> {
  const folder = temporaryFolder();
  const isOutlived = async (look: number, runner: RunInTurn): Promise<boolean> => {
    const killed = join(folder, `killed-${look}`);
    const env = { VICTIM_LOOK: String(look), VICTIM_KILLED: killed };
    await attempt(look, (args) => runner({ args, cwd: folder, env }));
    return !existsSync(killed);
  };
  for (let first = 1; first <= mostLooks; first += atOnce) {
    const outlived = await Promise.all(runners.map((runner, index) => isOutlived(first + index, runner)));
    if (outlived.includes(true)) return first - 1 + outlived.indexOf(true);
  }
  throw new Error(`Expected fewer than ${mostLooks} looks.`);
}

describe('a process that dies at any look at its files in /proc', () => {
  test.each([
    ['doctor', ['--quiet'], 10],
    ['histo', [], 3],
    ['watch', ['--for=300ms'], 10],
  ])('%s: a sentence that it has ended, or a result', async (command, options, least) => {
    const looks = await sweep(async (look, run) => {
      const victim = await startVictim();
      const { status, stdout, stderr } = await run([command, String(victim.pid), ...options]);
      const outcome = status === 0 && stderr === '' ? stdout : stderr;
      expect(outcome, `look ${look}`).not.toMatch(unforeseen);
      if (status !== 0) expect(stderr).toMatch(/^offheap: (Process|Expected a (running )?process) \d+.* (ended|found none).*\n$/);
    });
    expect(looks).toBeGreaterThanOrEqual(least);
  });

  const compareOnce = async (command: string[], run: DeadlyRun): Promise<Cell | undefined> => {
    const args = [
      'compare',
      '--quiet',
      '--format=json',
      '--allocator=glibc',
      '--ready=ready',
      '--duration=0s',
      '--settle=0s',
      '--steady=0s',
      '--no-doctor',
    ];
    const results = join(temporaryFolder(), 'raw.json');
    const { stdout, stderr } = await run([...args, '--gc', `--results=${results}`, '--', ...command]);
    expect(stderr).toBe('');
    return resultFile.parse(JSON.parse(stdout)).cells[0];
  };

  test('compare: a failed cell that says how the program ended', async () => {
    const looks = await sweep(async (look, run) => {
      // It stays the same program: one that becomes another has no counter page for a moment.
      const cell = await compareOnce(['python3', '-S', '-c', 'import time; print("ready", flush=True); time.sleep(600)'], run);
      // Of a look after the last phase it is measured all the same.
      expect(`${cell?.state} ${cell?.reason ?? ''}`, `look ${look}`).toMatch(/^(ok $|failed The program was killed by SIGKILL )/);
    });
    expect(looks).toBeGreaterThan(10);
  });

  test('compare of a JVM below a wrapper that goes on: a failed cell that says so', async () => {
    const folder = temporaryFolder();
    const library = join(folder, 'libjvm.so');
    copyFileSync(join(root, 'build', 'Release', 'libmeter.so'), library);
    const jvm = ['python3', '-S', join(root, 'test', 'integration', 'programs', 'fake_jvm.py'), '{}', library];
    const wrapper = ['sh', '-c', '"$@" & echo $! >"$0"; wait; sleep 600'];
    const reasons = new Set<string>();
    const looks = await sweep(async (look, run) => {
      const pid = join(folder, `pid-${look}`);
      const cell = await compareOnce([...wrapper, pid, ...jvm], run);
      // Of a wrapper that was killed before it had started anything there is none.
      if (existsSync(pid)) await removeAttachSocket(Number(readFileSync(pid, 'utf8')));
      const reason = cell?.reason?.replace(/\d+/g, 'N').replace(/ It said last.*/, '') ?? '';
      reasons.add(reason);
      expect(reason, `look ${look}`).not.toMatch(unforeseen);
    });
    expect(looks).toBeGreaterThan(15);
    expect([...reasons].filter((reason) => !reason.startsWith('The program was killed by SIGKILL '))).toEqual(
      expect.arrayContaining(['Process N was measured, and ended while the command went on.']),
    );
    for (const reason of reasons) expect(reason).toMatch(/^($|The program was killed by SIGKILL |Process N was measured, )/);
  });
});

test('syscalls of a program that strace ends before it has begun: one sentence', async () => {
  const folder = temporaryFolder();
  const strace = join(folder, 'strace');
  writeFileSync(strace, '#!/bin/sh\nexit 0\n');
  chmodSync(strace, 0o755);
  expect(await offheap(['syscalls', '--', 'true'], { PATH: `${folder}:${process.env['PATH']}` })).toEqual({
    status: 1,
    stdout: '',
    stderr: 'offheap: Could not trace "true": strace wrote nothing.\n',
  });
});
