import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Finished, offheap, startOffheap } from '../cli/offheap.ts';
import { compile, meter, temporaryFolder } from './preloaded.ts';

/** Clears the screen, begins a line, turns the direction of what follows, and ends a line for JavaScript and editors; 15 bytes, as many as a thread's name has. */
const hostile = '\x1b[2J\n#f\u202e\u2028\x9b';
const shown = '\\u{1b}[2J\\u{a}#f\\u{202e}\\u{2028}\\u{9b}';

const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
const cannotTrace = 'strace is not installed, or may not trace here';

let child: ChildProcess;
let pid: string;
let program: string[];

beforeEach(async () => {
  const folder = join(temporaryFolder(), hostile);
  mkdirSync(folder);
  program = [compile('hostile_names'), join(folder, 'mapped'), hostile];
  child = spawn(program[0] ?? '', program.slice(1), {
    env: { ...process.env, LD_PRELOAD: meter, MALLOC_ARENA_MAX: `1${hostile}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout ?? child, 'data');
  pid = String(child.pid);
});

function expectShown({ stdout, stderr }: Pick<Finished, 'stdout' | 'stderr'>): void {
  for (const text of [stdout, stderr]) {
    expect(text).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text).not.toMatch(/^#f/m);
  }
}

describe('a process that is called what drives a terminal, in its arguments, environment, thread and mapped file', () => {
  test.each(['table', 'markdown', 'html', 'json'])('doctor --format=%s', async (format) => {
    const told = await offheap(['doctor', pid, `--format=${format}`]);
    expect([0, 3]).toContain(told.status);
    expect(told.stdout).toContain(format === 'json' ? JSON.stringify(shown).slice(1, -1) : shown.slice(-6));
    expectShown(told);
  });

  test('its settings in the result are as they are shown', async () => {
    const { stdout } = await offheap(['doctor', pid, '--format=json']);
    const { evidence } = JSON.parse(stdout);
    expect(evidence.allocator.environment['MALLOC_ARENA_MAX']).toBe(`1${shown}`);
    expect(evidence.command.at(-1)).toBe(shown);
    const names = evidence.regions.flatMap(({ largest }: { largest: { name: string }[] }) => largest.map(({ name }) => name));
    expect(names.filter((name: string) => name.endsWith(`${shown}/mapped`))).toHaveLength(1);
  });

  test.each([
    ['watch', '--for=1s'],
    ['watch', '--for=1s', '--format=json'],
    ['counters'],
    ['counters', '--format=json'],
    ['histo'],
  ])('%s %s', async (command, ...options) => {
    const told = await offheap([command, pid, ...options.filter((option) => option !== undefined)]);
    expect(told.status).toBe(0);
    expectShown(told);
    if (command === 'counters') expect(told.stdout).toContain(options.length > 0 ? JSON.stringify(shown).slice(1, -1) : shown);
  });

  test('a dead process, by the page that it left', async () => {
    const folder = temporaryFolder();
    const dying = spawn(program[0] ?? '', program.slice(1), {
      env: { ...process.env, LD_PRELOAD: meter, OFFHEAP_COUNTERS_DIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(dying.stdout, 'data');
    dying.kill('SIGKILL');
    await once(dying, 'exit');
    const told = await offheap(['counters', join(folder, `${dying.pid}-0.counters`)]);
    expect(told.status).toBe(0);
    expectShown(told);
  });

  test('export', async () => {
    const exporter = startOffheap(['export', '--port=0', '--select=hostile_names', '--interval=1s']);
    onTestFinished(() => void exporter.child.kill('SIGKILL'));
    const [line] = (await once(createInterface({ input: exporter.child.stderr }), 'line')) as [string];
    const url = /http:\S+/.exec(line)?.[0] ?? '';
    let text = '';
    const scrape = async () => (text = await (await fetch(url)).text());
    // Names of threads are read at a look, and a scrape may come before the first.
    await expect.poll(scrape, { timeout: 60_000 }).toContain(`thread="${shown.replace('2', 'N').replaceAll('\\', '\\\\')}"`);
    expectShown({ stdout: text, stderr: '' });
  });

  test('syscalls', async (context) => {
    context.skip(!canTrace, cannotTrace);
    const told = await offheap(['syscalls', '--for=1s', '--large=1m', '--', ...program]);
    expect(told.stdout).toContain('mapped');
    expectShown(told);
  });

  test('an error that names it', async () => {
    const told = await offheap(['report', program[1] ?? '']);
    expect(told).toMatchObject({ status: 1, stdout: '' });
    expectShown(told);
  });
});
