import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pagesFolder } from '../../src/doctor/oom/fixes.ts';
import { removeAttachSocket } from '../../src/jvm/attach-leftover.ts';
import { type OomResult, oomResult } from '../../src/model/oom.ts';
import { readKernelLog } from '../../src/process/kernel-log.ts';
import { type LimitedGroup, makeLimitedGroup } from '../../src/process/limited-group.ts';
import { shortLines } from '../../src/reporters/paste-lines.ts';
import { offheapInTurn } from '../cli/in-turn.ts';
import { root } from '../cli/offheap.ts';
import { cgroups } from '../corpus/why-not.ts';
import { preloadable } from '../fixtures/preload.ts';
import { has, skipUnless } from '../skip.ts';
import { copyPrograms } from './java-programs.ts';

/** How its process starts and ends is no matter here. */
const offheap = offheapInTurn();

const mib = 2 ** 20;
/** What FillUp asks for, and what glibc gives for it. */
const blockBytes = 65_521;
const usableBytes = 65_528;
const limitMib = 181;

const log = readKernelLog();
const canKill = skipUnless(
  existsSync(join(cgroups, 'memory.limit_in_bytes')) && process.getuid?.() === 0 && 'text' in log && has('java') && has('javac'),
  'it takes root, a memory cgroup of v1, the kernel’s log and a JDK',
);

interface Killed {
  pid: number;
  /** How many blocks were whole. */
  blocks: number;
}

let folder: string;
let group: LimitedGroup;
let killed: Killed;
let result: OomResult;
const groupName = `offheap-after-oom-${process.pid}`;
const hadFolder = existsSync(pagesFolder);

beforeAll(async () => {
  if (!canKill) return;
  folder = mkdtempSync(join(tmpdir(), 'offheap-after-oom-'));
  copyPrograms(folder, 'FillUp');
  group = makeLimitedGroup({ version: 1, folder: cgroups }, groupName, limitMib * mib);
  killed = await fillUp('');
  result = await explain([`--pid=${killed.pid}`]);
});
afterAll(async () => {
  if (!canKill) return;
  await group.remove();
  rmSync(folder, { recursive: true });
});

/** Runs a JVM until the kernel kills it; `before`: what the shell does first, which becomes the JVM. */
async function fillUp(before: string, around: readonly string[] = [], flags = '-Xmx32m'): Promise<Killed> {
  const line = `${before}echo $$ > ${group.procsFile} && exec java ${flags} -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp ${folder} FillUp`;
  const [file = '', ...args] = [...around, 'sh', '-ec', line];
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let blocks = 0;
  for await (const text of createInterface({ input: child.stdout })) blocks = Number(text);
  const [status, signal] = await ended;
  // Whoever looks at all JVMs of the machine may have asked it: the tests of other files do.
  await removeAttachSocket(child.pid ?? 0);
  // unshare ends after the JVM, by a status of its own.
  expect(around.length > 0 ? status > 0 : signal).toBe(around.length > 0 ? true : 'SIGKILL');
  return { pid: child.pid ?? 0, blocks };
}

async function explain(args: readonly string[], status = 3): Promise<OomResult> {
  const finished = await offheap(['doctor', '--after-oom', '--format=json', ...args]);
  expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status, stderr: '' });
  return oomResult.parse(JSON.parse(finished.stdout));
}

/** The kernel’s own figures, in bytes. */
function kernelSays(pid: number): { anonBytes: number; usageBytes: number; asker: string | undefined } {
  const read = readKernelLog();
  const text = 'text' in read ? read.text : '';
  const [, anon] = new RegExp(`Killed process ${pid} \\(java\\).* anon-rss:(\\d+)kB`).exec(text) ?? [];
  const before = text.slice(0, text.indexOf(`Killed process ${pid} `));
  const [, usage] = /memory: usage (\d+)kB(?![\s\S]*memory: usage)/.exec(before) ?? [];
  const [, asker] = /(?:;|\] )([^;\n]*) invoked oom-killer(?![\s\S]*invoked oom-killer)/.exec(before) ?? [];
  return { anonBytes: Number(anon) * 1024, usageBytes: Number(usage) * 1024, asker };
}

describe('a JVM that its limit has killed, by its pid', () => {
  test('who, how much, and that its group’s limit was reached', () => {
    expect(result.outcome).toBe('killed');
    expect(result.kill).toMatchObject({
      ...{ constraint: 'memcg', path: `/${groupName}`, limitPath: `/${groupName}`, limitBytes: limitMib * mib, missing: [] },
      victim: { pid: killed.pid, name: 'java' },
    });
    const said = kernelSays(killed.pid);
    expect(result.kill?.victim?.anonBytes).toBe(said.anonBytes);
    expect(result.kill?.usageBytes).toBe(said.usageBytes);
    // What the program has touched, and the JVM itself.
    const filledBytes = killed.blocks * blockBytes;
    expect(said.anonBytes).toBeGreaterThan(filledBytes);
    expect(said.anonBytes).toBeLessThan(filledBytes + 60 * mib);
    expect(result.verdict).toMatch(
      new RegExp(`^The kernel killed java \\(pid ${killed.pid}\\) at 20\\S+Z, \\d+ s ago, in /${groupName}\\. It had `),
    );
    expect(result.verdict).toMatch(/Its group had 181 of 181 MiB, its limit: \d+ anonymous of java/);
    expect(result.notes).toContain('How much of it was Java heap and how much native memory, the kernel’s log does not say.');
    // Mostly the thread that fills the memory. Where the machine is busy another one may ask for a page just then.
    expect(said.asker).toMatch(/./);
    expect(result.kill?.asker?.name).toBe(said.asker);
    expect(Date.parse(result.takenAt) - Date.parse(result.kill?.at ?? '')).toBeLessThan(120_000);
  });

  test('the parts sum to the usage within 1 %', () => {
    const { account, usageBytes = 0, victim } = result.kill ?? {};
    const parts = account?.parts ?? [];
    expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(usageBytes);
    const left = parts.find(({ kind }) => kind === 'unaccounted')?.bytes ?? 0;
    expect(left / usageBytes).toBeLessThan(0.01);
    const own = parts.find(({ kind }) => kind === 'this process')?.bytes ?? 0;
    expect(Math.abs(own - (victim?.anonBytes ?? 0)) / own).toBeLessThan(0.01);
  });

  test('the group is still there, and has counted it', () => {
    expect(result.group).toMatchObject({ path: `/${groupName}`, limitBytes: limitMib * mib, oomKills: { own: 1, below: 0 } });
  });

  test('by its group, as it is mounted and below the hierarchy', async () => {
    for (const cgroup of [`/${groupName}`, group.folder, groupName])
      expect((await explain([`--cgroup=${cgroup}`])).kill?.victim?.pid).toBe(killed.pid);
  });

  test('without a target: the latest kill', async () => {
    const { kill, log: witness } = await explain([]);
    expect(kill?.victim).toBeDefined();
    expect(witness).toMatchObject({ path: '/dev/kmsg', state: expect.stringMatching(/^(whole|end)$/) });
  });

  test('from a saved log, with the same figures', async () => {
    const saved = join(folder, 'saved.log');
    const read = readKernelLog();
    writeFileSync(saved, 'text' in read ? read.text : '');
    const { kill } = await explain([`--pid=${killed.pid}`, `--kernel-log=${saved}`]);
    // Of a file nobody knows when its machine was started.
    const { at: _, ...known } = result.kill ?? { at: '' };
    expect(kill).toEqual(known);
  });

  test('for a person, and as Markdown', async () => {
    const { status, stdout } = await offheap(['doctor', '--after-oom', `--pid=${killed.pid}`]);
    expect(status).toBe(3);
    expect(stdout).toMatch(/│ java \(killed\) +│ +\d+ │ +9\d % │/);
    expect(stdout).toContain('What to do:');
    const markdown = await offheap(['doctor', '--after-oom', `--pid=${killed.pid}`, '--format=markdown']);
    expect(markdown.stdout).toMatch(/^\*\*The kernel killed java \(pid \d+\)/);
  });
});

describe('the counter page that is advised to be left', () => {
  test('says what malloc held, as the program allocated it', async () => {
    const fix = result.fixes.find(({ environment }) => environment?.['OFFHEAP_COUNTERS_DIR'] !== undefined);
    if (!fix) throw new Error('a page is advised');
    const [run, environment] = shortLines(fix).map(({ line }) => line);
    const before = existsSync(pagesFolder) ? readdirSync(pagesFolder) : [];
    try {
      const second = await fillUp(`${run}; export ${environment}; `);
      const { page, notes, fixes } = await explain([`--pid=${second.pid}`, `--counters-dir=${pagesFolder}`]);
      expect(page).toMatchObject({ matchedBy: 'pid', measure: 'usable', info: { pid: second.pid, writer: 'meter' } });
      const [size] = page?.sizes ?? [];
      expect(size).toMatchObject({ fromBytes: 32_768, toBytes: 65_535 });
      // The last block may be allocated or not, and the JVM has a few of that size.
      expect((size?.blocks ?? 0) - second.blocks).toBeGreaterThanOrEqual(0);
      expect((size?.blocks ?? 0) - second.blocks).toBeLessThanOrEqual(9);
      const [thread] = page?.threads ?? [];
      expect(thread?.name).toBe('filler');
      expect(Math.abs((thread?.liveUsableBytes ?? 0) - second.blocks * usableBytes)).toBeLessThan(
        0.01 * second.blocks * usableBytes,
      );
      expect(size?.mostBytes).toBeGreaterThanOrEqual(second.blocks * usableBytes);
      expect(size?.leastBytes).toBeLessThanOrEqual((size?.blocks ?? 0) * usableBytes);
      expect(notes[0]).toMatch(
        /^Of the \d+ MiB anonymous, malloc held \d+ MiB, as the meter counted; .* in [\d,]+ blocks of 32 KiB to 64 KiB\. Thread filler has allocated \d+ MiB of it\.$/,
      );
      expect(fixes[0]?.action).toMatch(/^Most of it are blocks of malloc\./);
    } finally {
      for (const name of readdirSync(pagesFolder).filter((page) => !before.includes(page))) rmSync(join(pagesFolder, name));
      if (!hadFolder) rmdirSync(pagesFolder);
    }
  });
});

describe('the looks that an exporter has kept', () => {
  test('say what had grown, with the command line that is gone', async () => {
    const looks = mkdtempSync(join(folder, 'looks-'));
    const bin = join(root, 'bin', 'offheap.js');
    const options = [`--keep-looks=${looks}`, '--select=FillUp', '--interval=1s', '--cpu=100', '--port=0', '--quiet'];
    const exporter = spawn(process.execPath, [bin, 'export', ...options], { stdio: 'ignore' });
    try {
      // Both twelve seconds long: a look a second sees most of it.
      const { pid, blocks } = await fillUp('', [], '-Xmx160m -Dpause=5');
      const { looks: seen, notes, fixes } = await explain([`--pid=${pid}`, `--looks-dir=${looks}`]);
      expect(seen).toMatchObject({ name: 'FillUp', pid, matchedBy: 'pid', maxHeapBytes: 160 * mib });
      expect(seen?.command).toEqual(expect.arrayContaining(['-Dpause=5', 'FillUp']));
      expect(seen?.looks).toBeGreaterThanOrEqual(2);
      const rss = seen?.growth.find(({ part }) => part === 'RSS');
      const live = seen?.growth.find(({ part }) => part === 'blocks of malloc in use');
      expect((rss?.lastBytes ?? 0) - (rss?.firstBytes ?? 0)).toBeGreaterThan(20 * mib);
      expect(live?.lastBytes).toBeLessThanOrEqual(blocks * usableBytes + 40 * mib);
      expect(live?.bytesPerHour).toBeGreaterThan(0);
      expect(notes[0]).toMatch(
        /^The last look at FillUp, \d+ s before the kill, saw \d+ MiB resident\. In \d+ s of looks .+ grew most, by /,
      );
      expect(fixes[0]?.action).toMatch(/^Of it \d+ MiB were Java heap at the last look: the rest is native memory\./);
      expect(fixes.some(({ command }) => command?.includes('--keep-looks'))).toBe(false);
    } finally {
      exporter.kill();
      if (exporter.exitCode === null && exporter.signalCode === null) await once(exporter, 'exit');
    }
  });
});

describe('a process of another pid namespace', () => {
  const id = '178ec18073cc6ac7be2de8d9869daf162a6349dd056b6535849112c53ec3102a';

  test('is found by the id of its container, and its page by its name', async ({ skip }) => {
    skip(!has('unshare'), 'it takes unshare');
    const outer = group;
    const pages = mkdtempSync(join(folder, 'pages-'));
    group = makeLimitedGroup({ version: 1, folder: outer.folder }, `docker-${id}.scope`, (limitMib - 17) * mib);
    try {
      const variables = `OFFHEAP_COUNTERS_DIR=${pages} LD_PRELOAD=${preloadable('meter')}`;
      const { blocks } = await fillUp(`export ${variables}; `, ['unshare', '--pid', '--fork', '--kill-child']);
      expect(readdirSync(pages)).toContain('1-0.counters');
      const { kill, page, group: seen, notes } = await explain([`--container=${id.slice(0, 6)}`, `--counters-dir=${pages}`]);
      expect(kill).toMatchObject({
        path: `/${groupName}/docker-${id}.scope`,
        limitBytes: (limitMib - 17) * mib,
        victim: { name: 'java' },
      });
      expect(kill?.victim?.pid).not.toBe(1);
      expect(page).toMatchObject({ matchedBy: 'name', info: { pid: 1 } });
      expect((page?.sizes[0]?.blocks ?? 0) - blocks).toBeLessThanOrEqual(9);
      expect(seen).toMatchObject({ path: `/${groupName}/docker-${id}.scope`, oomKills: { own: 1 } });
      expect(notes[1]).toMatch(/its pid 1 is of the container\.$/);
      // Kills of the groups below count too: one before, one of the page, and this one.
      expect((await explain([`--cgroup=/${groupName}`])).group?.oomKills).toMatchObject({ below: 1 });
      const other = await explain(['--container=178ec2'], 1).catch(() => explain(['--container=178ec2'], 0));
      expect(other.verdict).toContain('has no kill of a process of container 178ec2');
    } finally {
      await group.remove();
      group = outer;
      // Another test's look at all JVMs may have asked it: its pid is 1 where it looks itself.
      await removeAttachSocket(1);
    }
  });
});

describe('where the log may not be read', () => {
  const restricted = readFileSync('/proc/sys/kernel/dmesg_restrict', 'utf8').trim() === '1';
  const unprivileged = async (args: readonly string[]) => {
    const bin = join(root, 'bin', 'offheap.js');
    const child = spawn('setpriv', [
      '--bounding-set=-syslog',
      process.execPath,
      bin,
      'doctor',
      '--after-oom',
      '--format=json',
      ...args,
    ]);
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    const [status] = await once(child, 'close');
    return { status, result: oomResult.parse(JSON.parse(stdout)) };
  };

  test('the group’s own count answers', async ({ skip }) => {
    skip(!restricted || !has('setpriv'), 'it takes setpriv, and kernel.dmesg_restrict');
    const { status, result: told } = await unprivileged([`--cgroup=/${groupName}`]);
    expect(status).toBe(3);
    expect(told.log).toMatchObject({ state: 'unread', reason: expect.stringContaining('CAP_SYSLOG') });
    expect(told.verdict).toMatch(
      /^\/offheap-after-oom-\d+ has counted \d kills? since it was made, but the kernel’s log could not be read: /,
    );
  });

  test('and of a process alone nobody can tell', async ({ skip }) => {
    skip(!restricted || !has('setpriv'), 'it takes setpriv, and kernel.dmesg_restrict');
    const { status, result: told } = await unprivileged([`--pid=${killed.pid}`]);
    expect({ status, outcome: told.outcome }).toEqual({ status: 1, outcome: 'unknown' });
    expect(told.verdict).toContain('--kernel-log=FILE');
  });
});

test('a pid that nobody killed: those there are', async () => {
  const finished = await offheap(['doctor', '--after-oom', '--pid=4194301', '--format=json']);
  const told = oomResult.parse(JSON.parse(finished.stdout));
  expect(['no-kill', 'unknown']).toContain(told.outcome);
  expect(finished.status).toBe(told.outcome === 'no-kill' ? 0 : 1);
  expect(told.verdict).toContain('has no kill of process 4194301');
  expect(told.verdict).toContain('(java)');
});
