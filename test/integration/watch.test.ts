import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { offheap, startOffheap } from '../cli/offheap.ts';
import { chunkBytes, compileBuffers, startBuffers } from './buffers-jvm.ts';
import { ownSeconds } from './compare-programs.ts';
import { openTerminal } from './terminal.ts';

/** The reproducer's JVM, all of whose Inflaters are freed, and most of that kept by glibc. */
async function startPatient(): Promise<number> {
  const { child, finished } = startOffheap([
    'repro',
    '--allocator=glibc',
    '--hold',
    '--settle=100ms',
    '--streams=8000',
    '--heap=64m',
    '--quiet',
  ]);
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await finished;
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return Number(/^@hold pid=(\d+)$/.exec(line)?.[1]);
}

/** In MiB, of the first `name 1,234 MiB` on the screen. */
const figure = (lines: readonly string[], name: string) =>
  Number(new RegExp(`\\b${name} +([\\d,.]+) MiB`).exec(lines.join('\n'))?.[1]?.replaceAll(',', ''));

test('a JVM in a terminal: figures, a trim by two keys, a change of size, a saved result, its end, and the terminal as it was', async () => {
  const pid = await startPatient();
  const terminal = openTerminal(['watch', String(pid), '--interval=100ms'], { rows: 24, columns: 80 });
  await terminal.until(/^java heap +[\d.]+ MiB +\d+ % █/m);
  const before = terminal.lines();
  expect(before[0]).toMatch(new RegExp(`^\\S+ \\(pid ${pid}\\): JDK `));
  expect(before.join(' ')).toMatch(/ threads, up .*, every 0\.1 s/);
  // The bar is as wide as the terminal, to its last column.
  expect(before.join('\n')).toMatch(
    /^RSS .*\n█[█▓▒░▚·]{79}\n█ heap [\d.]+ MiB {3}▓ malloc in use [\d.]+ MiB {3}▒ malloc kept free \d+ MiB/m,
  );
  expect(before.join('\n')).toMatch(/^Verdict: glibc keeps \d+ of \d+ MiB as free memory/m);
  const [rss, free] = ['RSS', 'malloc kept free'].map((name) => figure(before, name));
  expect(free).toBeGreaterThan(50);
  expect(figure(before, 'live')).toBeLessThan(30);
  expect(figure(before, 'glibc arenas')).toBeGreaterThan(50);
  expect(before.join('\n')).toMatch(/ a trim gives back +\d+ MiB$/m);
  await terminal.until(/^RSS [\d,]+ MiB, [+-]?[\d.]+ MiB\/min\. Curve: [\d,.]+ to [\d,.]+ MiB, \d+ s\n[▁-█]{20,80}\n/m);

  terminal.type('?');
  await terminal.until(/^t, twice +The JVM calls malloc_trim[\s\S]*\nany key: back$/);
  // The key closes the list, and nothing else.
  terminal.type('q');
  await terminal.until(/^t trim {2}g GC {2}s save {2}o owners {2}\? keys {2}q quit$/m);
  terminal.type('t');
  await terminal.until(/t again: have the JVM call malloc_trim; any other key: not/);
  terminal.type('x');
  await terminal.until(/^t trim {2}g GC {2}s save {2}o owners {2}\? keys {2}q quit$/m);
  terminal.type('tt');
  await terminal.until(/^Trim: gave back \d+ MiB; predicted \d+ MiB[\s\S]* RSS\s[\d.]+\s→\s[\d.]+ MiB\.\nt trim/m);
  await expect.poll(() => figure(terminal.lines(), 'RSS')).toBeLessThan((rss ?? 0) - (free ?? 0) / 2);

  terminal.resize(10, 40);
  // The first line of ten is the title, and the last ones are the keys.
  await terminal.until(/^\S+ \(pid [\s\S]*\nt trim {2}g GC {2}s save {2}o owners {2}\? keys\s+q quit$/);
  terminal.resize(50, 160);
  await terminal.until(/^thread stacks +\d/m);

  terminal.type('s');
  await terminal.until(/^saved: \/\S+\.json, to be read by offheap report/m);
  const file = /^saved: (\S+),/m.exec(terminal.lines().join('\n'))?.[1] ?? '';
  onTestFinished(() => rm(file));
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ schemaVersion: 2, evidence: { pid } });

  process.kill(pid, 'SIGKILL');
  await terminal.until(new RegExp(`\\(pid ${pid}\\): has ended at [\\d:]+, its last values`));
  expect(figure(terminal.lines(), 'RSS')).toBeGreaterThan(0);
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
  const raw = terminal.raw();
  expect(raw.lastIndexOf('\x1b[?1049l')).toBeGreaterThan(raw.lastIndexOf('\x1b[?1049h'));
  expect(raw.lastIndexOf('\x1b[?25h')).toBeGreaterThan(raw.lastIndexOf('\x1b[?25l'));
});

test('the key o: who owns the blocks of malloc, by how much each has grown since, and the parts again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'offheap-watch-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await compileBuffers(folder);
  const buffers = { count: 1009, bytes: 65_537 };
  const heldMiB = Math.round((buffers.count * chunkBytes(buffers.bytes)) / 1024 ** 2);
  const jvm = await startBuffers(folder, buffers);
  onTestFinished(() => jvm.end());
  const terminal = openTerminal(['watch', String(jvm.pid), '--interval=100ms'], { rows: 30, columns: 120 });
  await terminal.until(/^java heap +[\d.]+ MiB/m);
  terminal.type('o');
  await terminal.until(/^owners of malloc’s blocks in use: reading owners … [\d.]+ s$/m);
  // Keys go on meanwhile.
  terminal.type('?');
  await terminal.until(/^any key: back$/m);
  terminal.type('x');
  const row = (grown: string) =>
    new RegExp(`^java\\.nio\\.DirectByteBuffer +Java class +1,00\\d objects +${heldMiB} MiB +\\d+ % +${grown} █`, 'm');
  await terminal.until(row(''));
  const title = /^owners of \d+ MiB of malloc, read in [\d.]+ s, \d+ s ago$/m;
  await terminal.until(title);
  await jvm.keepMore();
  const twice = new RegExp(
    `^java\\.nio\\.DirectByteBuffer +Java class +2,01\\d objects +${2 * heldMiB} MiB +\\d+ % +\\+${heldMiB} MiB █`,
    'm',
  );
  await terminal.until(twice);
  await terminal.until(/^owners of \d+ MiB of malloc, growth in \d+ s, read in [\d.]+ s, \d+ s ago$/m);
  await terminal.until(/^blocks in use .* 100 % +\+\d+ MiB /m);
  terminal.type('o');
  await terminal.until(/^parts of RSS/m);
  // Opened anew, it begins anew. Quitting does not wait for a look.
  terminal.type('o');
  await terminal.until(/^owners of .*reading owners …/m);
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
});

test.each([
  { color: 'NO_COLOR', args: [], environment: { NO_COLOR: '1' } },
  { color: '--no-color', args: ['--no-color'], environment: { NO_COLOR: undefined } },
])('in the locale C all of it is ASCII; by $color without a colour', async ({ args, environment }) => {
  const env = { ...environment, LC_ALL: 'C', LANG: 'C' };
  const terminal = openTerminal(['watch', String(process.pid), '--for=3s', ...args], { rows: 24, columns: 80, env });
  await terminal.until(/^parts of RSS/m);
  expect(await terminal.ended).toBe(0);
  expect(/\P{ASCII}/u.exec(terminal.raw())).toBeNull();
  // SGR, which sets colours and weights.
  const sequences = terminal.raw().split('\x1b[').slice(1);
  expect(sequences.filter((sequence) => /^[\d;]*m/.test(sequence))).toEqual([]);
});

test('colours are for a terminal that has them', async () => {
  const terminal = openTerminal(['watch', String(process.pid), '--for=200ms'], {
    rows: 24,
    columns: 80,
    env: { NO_COLOR: undefined },
  });
  expect(await terminal.ended).toBe(0);
  expect(terminal.raw()).toContain('\x1b[1m');
});

test.each(['Ctrl-C', 'SIGTERM'])('%s gives the terminal back', async (end) => {
  const terminal = openTerminal(['watch', String(process.pid)], { rows: 24, columns: 80 });
  await terminal.until(/^RSS +\d+ MiB/m);
  if (end === 'SIGTERM') terminal.signal(end);
  else terminal.type('\x03');
  expect(await terminal.ended).toBe(0);
  expect(terminal.raw()).toContain('\x1b[?1049l');
});

test('several processes: the list, and another one in focus', async () => {
  const seconds = ownSeconds(605);
  const command = `sleep ${seconds.replace('.', '\\.')}`;
  const row = (before: string, digit: number | string) => new RegExp(`^${before}${command}${digit}$`, 'm');
  const start = (digit: number) => {
    const sleeper = spawn('sleep', [`${seconds}${digit}`], { stdio: 'ignore' });
    onTestFinished(() => void sleeper.kill('SIGKILL'));
    return sleeper;
  };
  const [first] = [1, 2, 3].map(start);
  const terminal = openTerminal(['watch', `--select=^${command}`, '--interval=100ms'], { rows: 24, columns: 80 });
  await terminal.until(row('▸ +\\d+ .* ', 1));
  expect(terminal.lines().filter((line) => row('.*', '\\d').test(line)).length).toBe(3);
  terminal.type('\x1b[B');
  await terminal.until(row('▸ +\\d+ .* ', 2));
  terminal.type('kk');
  await terminal.until(row('▸ +\\d+ .* ', 3));
  first?.kill('SIGKILL');
  await terminal.until(row(' +\\d+ .* ended +', 1));
  start(4);
  await terminal.until(row(' +\\d+ .* ', 4));
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
});

test('without a terminal: a line per tick, as JSON too, until the process has ended', async () => {
  const sleeper = spawn('sleep', ['605.15'], { stdio: 'ignore' });
  onTestFinished(() => void sleeper.kill('SIGKILL'));
  const { status, stdout, stderr } = await offheap(['watch', String(sleeper.pid), '--rate=10', '--for=2s']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const lines = stdout.trim().split('\n');
  expect(lines.length).toBeGreaterThanOrEqual(3);
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\S+Z \d+, RSS \d+ MiB.* {2}sleep 605\.15$/);

  const json = startOffheap(['watch', String(sleeper.pid), '--interval=100ms', '--format=json']);
  json.child.stdout?.once('data', () => sleeper.kill('SIGKILL'));
  const finished = await json.finished;
  expect(finished.status).toBe(0);
  const glances = finished.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(glances[0]).toMatchObject({ pid: sleeper.pid, command: ['sleep', '605.15'], rssBytes: expect.any(Number) });
  expect(glances[0]).not.toHaveProperty('liveBytes');
  // Two seconds of ticks say nothing of a minute.
  expect(glances[0]).not.toHaveProperty('slopeBytesPerMinute');
  expect(glances.at(-1)).toMatchObject({ ended: expect.stringMatching(/^has ended at/) });
});

test('without a terminal: the slope of RSS and of live bytes, once there are ten seconds', async () => {
  // Allocates 211,000 bytes every 100 ms, to which the meter is a witness.
  const program = 'setInterval(() => globalThis.kept = [...(globalThis.kept ?? []), Buffer.alloc(211_000, 1)], 100)';
  const meter = (await offheap(['allocators', '--path=meter'])).stdout.trim();
  const env = { ...process.env, LD_PRELOAD: meter };
  const grower = spawn(process.execPath, ['-e', program], { env, stdio: 'ignore' });
  onTestFinished(() => void grower.kill('SIGKILL'));
  const lines = startOffheap(['watch', String(grower.pid), '--interval=500ms', '--for=14s']);
  const { stdout } = await offheap(['watch', String(grower.pid), '--interval=500ms', '--for=14s', '--format=json']);
  const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  // 600 of them a minute; a busy machine runs fewer, and none more.
  for (const slope of [last.slopeBytesPerMinute, last.liveSlopeBytesPerMinute]) {
    expect(slope).toBeGreaterThan(30e6);
    expect(slope).toBeLessThan(200e6);
  }
  expect((await lines.finished).stdout).toMatch(
    /, RSS \d+ MiB, \+\d+ MiB\/min, live \d+ MiB, \+\d+ MiB\/min, malloc kept free \d+ MiB, /,
  );
});

test.each([
  [['4194303'], 1, /^offheap: Expected a running process 4194303, found none/],
  [[], 2, /^offheap: Expected the pid of a process, or --select, such as --select=java, got none/],
  [['--select=(', '--for=1s'], 2, /^offheap: Expected --select to be java or a regular expression, got "\("/],
  [
    ['--select=no such program 605', '--for=1s'],
    1,
    /^offheap: Expected a running process for --select=no such program 605, found none/,
  ],
  [['1', '--interval=99ms'], 2, /^offheap: Expected --interval to be a duration from 100ms to 1m, got "99ms"/],
  [['1', '--rate=11'], 2, /^offheap: Expected --rate to be a whole number from 1 to 10/],
])('wrong usage: %j', async (args, expected, message) => {
  const { status, stdout, stderr } = await offheap(['watch', ...args]);
  expect({ status, stdout }).toEqual({ status: expected, stdout: '' });
  expect(stderr).toMatch(message);
});
