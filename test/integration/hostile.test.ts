import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { max, median } from 'simple-statistics';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startExporter } from '../../src/exporter/exporter.ts';
import { parseSelection } from '../../src/exporter/select.ts';
import { removeAttachSocket } from '../../src/jvm/attach-leftover.ts';
import { replyBoundsOf } from '../../src/jvm/reply-bounds.ts';
import { isNearlyAllRead } from '../../src/stats/malloc-read.ts';
import { root } from '../cli/offheap.ts';
import { preloadable } from '../fixtures/preload.ts';
import { type Measured, measuredInTurn, runMeasured, runNodeMeasured } from '../hostile/measured.ts';
import { type RunningTarget, startHostileTargets } from '../hostile/start.mjs';
import { hostileTargets } from '../hostile/targets.mjs';
import { type BurstJvm, compileBurst, startBurst } from './burst-jvm.ts';
import { find, type Sample, scrape, scrapeUntil } from './scrape.ts';

const mebibyte = 1024 ** 2;
/** A container may forbid ptrace. */
const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
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
/** The same of `doctor` and `histo`, which read again where much is left unread. */
const patientSeconds = 15;
const timeoutSeconds = 1;
/** strace takes 5,000 threads one by one, before its time and after; that is its processor time, not offheap's. */
const straceSeconds = 3;
/** Of JavaScript's own beside what has a deadline: starting, reading, printing. */
const ownSeconds = 3;
/** Cores that are shared with others take more of their time for the same work. What is read without a bound takes many times as much; how much is `npm run bench:hostile`'s. */
const sharedCores = 2;
/** docs/security.md. */
const maxRssBytes = 512 * mebibyte;
const commands = [
  { command: 'doctor', options: ['--format=json', '--timeout=1s', '--quiet'], deadlineSeconds: patientSeconds + timeoutSeconds },
  { command: 'histo', options: ['--arenas', '--format=json', '--quiet'], deadlineSeconds: patientSeconds },
  { command: 'counters', options: [], deadlineSeconds: 0 },
  { command: 'watch', options: ['--for=1ms', '--timeout=1s'], deadlineSeconds: inspectionSeconds + timeoutSeconds },
  { command: 'syscalls', options: ['--for=1s', '--quiet'], deadlineSeconds: 1 + straceSeconds },
];
/** docs/security.md: what is listed of arenas, ranges and names has an end. */
const maxOutputBytes = 4 * mebibyte;
/** What a terminal obeys, but for the ends of lines. */
const obeyed = /[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const sentence = /^offheap: .+\n$/;

/** It takes all the time that `doctor` and `histo` have for what is left unread, 15 s of each processor: a shorter one is tried instead, which the API can be given. */
const patient = 'forged-pieces';
const pidOf = (name: string) => String(targets.find((target) => target.name === name)?.pid);

function expectBounded({ status, stdout, stderr, ...used }: Measured, deadlineSeconds: number): void {
  expect([0, 1, 3]).toContain(status);
  expect(used.processorSeconds).toBeLessThan(sharedCores * (deadlineSeconds + ownSeconds));
  expect(used.maxRssBytes).toBeLessThan(maxRssBytes);
  // Nobody foresaw an error that offers to show where it came from.
  if (stderr !== '') expect(stderr).toMatch(sentence);
  expect(stderr).not.toContain('OFFHEAP_DEBUG');
  expect(stdout.length).toBeLessThan(maxOutputBytes);
  expect(stdout !== '' || status === 1).toBe(true);
  for (const text of [stdout, stderr]) expect(obeyed.exec(text)?.[0].codePointAt(0)?.toString(16)).toBeUndefined();
}

/** As many as vitest runs tests of a group at a time. */
const runInTurn = measuredInTurn(5);
/** Doctor is run as a user does; of the others nothing more is asked of how a process starts and ends. */
const runOf = (command: string, args: string[]) =>
  command === 'doctor' ? runMeasured(args, { folder, seconds: 120 }) : runInTurn(args, folder);

// Most of them wait, for an answer or for their time to be over: what is held to a bound is processor time. strace computes, and has the least to spare.
describe.each(commands)('$command, in time and in memory, of a process that', ({ command, options, deadlineSeconds }) => {
  test.for(hostileTargets.filter(({ name }) => !(['doctor', 'histo'].includes(command) && name === patient)))(
    '$hostileBy ($name)',
    { concurrent: command !== 'syscalls' },
    async ({ name }, { skip }) => {
      skip(command === 'syscalls' && !canTrace, 'strace is not installed, or may not trace here');
      expectBounded(await runOf(command, [command, ...options, pidOf(name)]), deadlineSeconds);
    },
  );
});

test('doctor of one that takes all the time there is for what is left unread', async () => {
  const shortPatienceSeconds = 3;
  const script = `const { doctor } = await import(process.argv[1]);
const result = await doctor(Number(process.argv[2]), { patienceMs: ${1000 * shortPatienceSeconds}, timeoutMs: ${1000 * timeoutSeconds} });
console.log(JSON.stringify(result));`;
  const args = ['--input-type=module', '-e', script, join(root, 'dist', 'index.js'), pidOf(patient)];
  const measured = await runNodeMeasured(args, { folder, seconds: 120 });
  expect(measured.status).toBe(0);
  expectBounded(measured, shortPatienceSeconds + timeoutSeconds);
  // All of it was not read, or it would be no test of a deadline: on a busy machine not even a part.
  const { malloc } = JSON.parse(measured.stdout).evidence;
  expect(malloc !== undefined && isNearlyAllRead(malloc)).toBe(false);
});

/** A look may hold up the others for ten seconds; the rest is the others' time, on a machine with much else to do. */
const maxAgeSeconds = 45;
/** Of one core. */
const cpuShare = 0.25;
const watchedMs = 24_000;
/** Saved up for costly looks, at most, and spent ahead (src/exporter/pace.ts). */
const savedSeconds = 6;
/** The costliest look. */
const lookSeconds = 5;
/** As the manifest's probe waits (deploy/kubernetes). */
const probeTimeoutSeconds = 5;

test('the exporter among all of them: JVMs that are not hostile stay looked at, it answers, it stays small, it ends at once', async () => {
  const jvms: BurstJvm[] = await Promise.all(Array.from({ length: 5 }, () => startBurst(folder)));
  onTestFinished(async () => void (await Promise.all(jvms.map((jvm) => jvm.end()))));
  const rssBefore = process.memoryUsage.rss();
  const exporter = await startExporter({
    ...{ host: '127.0.0.1', port: 0, allowedHosts: [], selection: parseSelection(folder), maxProcesses: 100, topThreads: 10 },
    ...{ intervalMs: 1000, discoverMs: 500, attachIntervalMs: 10_000, cpuShare, scrapeBudgetMs: 1000, ownersIntervalMs: 2000 },
  });
  onTestFinished(() => exporter.close());
  const lookedAt = (samples: Sample[], pid: number) =>
    find(samples, 'offheap_process_looked_at_timestamp_seconds', { pid: String(pid) })[0]?.value;
  const first = await scrapeUntil(exporter.url, (samples) => jvms.every(({ pid }) => lookedAt(samples, pid) !== undefined));
  // The second time when each of the others was looked at once.
  await scrapeUntil(exporter.url, (samples) => jvms.every(({ pid }) => lookedAt(samples, pid) !== lookedAt(first, pid)));
  const healthSeconds: number[] = [];
  const looks = new Map(jvms.map(({ pid }) => [pid, new Set<number | undefined>()]));
  const before = { usage: process.cpuUsage(), at: performance.now() };
  for (const endsAt = performance.now() + watchedMs; performance.now() < endsAt; await delay(500)) {
    const askedAt = performance.now();
    expect(await (await fetch(new URL('/healthz', exporter.url))).text()).toBe('ok\n');
    healthSeconds.push((performance.now() - askedAt) / 1000);
    const samples = await scrape(exporter.url);
    for (const [pid, times] of looks) {
      times.add(lookedAt(samples, pid));
      expect(Date.now() / 1000 - (lookedAt(samples, pid) ?? 0)).toBeLessThan(maxAgeSeconds);
    }
  }
  // And again meanwhile.
  for (const times of looks.values()) expect(times.size).toBeGreaterThan(1);
  const { user, system } = process.cpuUsage(before.usage);
  // Scrapes and their reading here among it: what was earned meanwhile, the savings, and a look.
  expect((user + system) / 1e6).toBeLessThan((cpuShare * (performance.now() - before.at)) / 1000 + savedSeconds + lookSeconds);
  expect(median(healthSeconds)).toBeLessThan(1);
  expect(max(healthSeconds)).toBeLessThan(probeTimeoutSeconds);
  expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(maxRssBytes / 2);
  const closedAt = performance.now();
  await exporter.close();
  expect((performance.now() - closedAt) / 1000).toBeLessThan(1);
});
