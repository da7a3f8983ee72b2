import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseKernelLog } from '../../../src/parse/kernel-log.ts';
import type { OomReport } from '../../../src/parse/oom-kill-report.ts';
import { parseKilled, parseSummary } from '../../../src/parse/oom-lines.ts';
import { parseOomReports } from '../../../src/parse/oom-report.ts';
import { accountOfReport } from '../../../src/stats/oom-account.ts';
import { toExplainedKill } from '../../../src/stats/oom-kill.ts';

const nowMs = Date.UTC(2026, 10, 29);
const kib = 1024;
const page = 4096;

function readLog(name: string): string {
  return readFileSync(new URL(`../../fixtures/kernel-logs/${name}`, import.meta.url), 'utf8');
}

function reportsOf(text: string, bootUnixMs?: number): OomReport[] {
  return parseOomReports(parseKernelLog(text, { nowMs, bootUnixMs })).reports;
}

function only(name: string): OomReport {
  const reports = reportsOf(readLog(name));
  expect(reports).toHaveLength(1);
  return reports[0] as OomReport;
}

/** The parts sum to the usage, but for what nothing tells. */
function expectWhole(report: OomReport, toleratedShare: number): void {
  const account = accountOfReport(report);
  if (!account) throw new Error('the report has figures');
  const sum = account.parts.reduce((bytes, part) => bytes + part.bytes, 0);
  expect(sum).toBe(report.memory?.usageBytes);
  const left = account.parts.find(({ kind }) => kind === 'unaccounted')?.bytes ?? 0;
  expect(left / account.usageBytes).toBeLessThan(toleratedShare);
}

describe('reports of real kernels', () => {
  test('6.18, v1, from /dev/kmsg', () => {
    const report = reportsOf(readLog('6.18-v1.kmsg'), 1_000_000)[0] as OomReport;
    expect(report).toMatchObject({
      ...{ sinceBootMs: 284_201.778, unixMs: 1_284_201.778, kernel: '6.18.44-fc-v857', constraint: 'memcg' },
      asker: { name: 'python3', pid: 12_474 },
      victim: {
        ...{ pid: 12_474, name: 'python3', anonBytes: 35_420 * kib, fileBytes: 5400 * kib, shmemBytes: 0 },
        ...{ pageTableBytes: 132 * kib, oomScoreAdj: 0 },
      },
      ...{ path: '/oomt', limitPath: '/oomt' },
      memory: { usageBytes: 65_536 * kib, limitBytes: 65_536 * kib, hits: 1009 },
      memoryAndSwap: { usageBytes: 65_536 * kib, hits: 0 },
      kernelMemory: { usageBytes: 392 * kib, hits: 0 },
      stat: { form: 1, memory: { anonBytes: 58_224_640, fileBytes: 8_400_896, shmemBytes: 8_388_608 } },
    });
    expect(report.memoryAndSwap).not.toHaveProperty('limitBytes');
    expect(report.tasks[1]).toEqual({
      ...{ pid: 12_515, name: 'python3', uid: 0, rssBytes: 7550 * page, anonBytes: 6839 * page, fileBytes: 711 * page },
      ...{ shmemBytes: 0, pageTableBytes: 118_784, swapBytes: 0, oomScoreAdj: 0 },
    });
    expectWhole(report, 0.002);
    const parts = Object.fromEntries(accountOfReport(report)?.parts.map(({ kind, bytes }) => [kind, bytes]) ?? []);
    expect(parts).toMatchObject({ 'this process': 8855 * page, 'shared memory': 8_388_608 });
    // What the two processes have together is less than what the group is charged with by what they share.
    expect(58_224_640 - 8855 * page - (parts['other processes'] ?? 0)).toBeLessThan(2);
  });

  test('5.15, v2: a limit above a container in a container, by the lines of a message', () => {
    const report = only('5.15-v2-lxc.dmesg-T');
    expect(report).toMatchObject({
      ...{ limitPath: '/lxc/39004', constraint: 'memcg', kernel: '5.15.158-2-pve' },
      path: '/lxc/39004/ns/system.slice/docker-a59e4e7d3090c04c6ce5a4b7a8bc85228eb9b96ac00b1284643a8c7c11dda661.scope',
      asker: { name: 'php-fpm', pid: 3_923_954 },
      victim: { pid: 3_902_942, shmemBytes: 156_088 * kib },
      swap: { usageBytes: 0, limitBytes: 0 },
      stat: { form: 2, memory: { shmemBytes: 687_980_544, socketBytes: 405_504 } },
    });
    expect(report.unixMs).toBe(new Date(2025, 7, 12, 3, 54, 3).getTime());
    expect(report.tasks).toHaveLength(73);
    expectWhole(report, 0.001);
    // Of this kernel RSS has shared memory in it: of the victim the last line tells them apart, of the others nothing does.
    const account = accountOfReport(report);
    expect(account?.sharedByProcessBytes).toBe(156_088 * kib);
    expect(account?.others[0]).toMatchObject({ name: 'php-fpm', processes: 20 });
  });

  test('6.1, v2: a pod’s limit, all processes of a group, and the whole machine', () => {
    const [pod, group, host] = reportsOf(readLog('6.1-v2.dmesg'));
    expect(pod).toMatchObject({
      ...{ limitPath: '/kubepods/pod1', path: '/kubepods/pod1/app', constraint: 'memcg', asker: { name: 'java', pid: 227 } },
      ...{ victim: { pid: 226, anonBytes: 283_660 * kib }, memory: { usageBytes: 409_600 * kib } },
    });
    expect(pod?.swap).toEqual({ usageBytes: 0, hits: 0 });
    expectWhole(pod as OomReport, 0.001);
    const mib = (kind: string) => {
      const { bytes = 0 } = accountOfReport(pod as OomReport)?.parts.find((part) => part.kind === kind) ?? {};
      return Math.round(bytes / 2 ** 20);
    };
    // As the programs were told to: a sidecar of 40 MiB and files of 80.
    expect([mib('shared memory'), mib('other processes'), mib('this process')]).toEqual([80, 40, 277]);
    // Its swap was full, so the kernel did not drop what of the group was in memory and in swap.
    const cached = accountOfReport(group as OomReport)?.parts.find(({ kind }) => kind === 'swap cache');
    expect(cached).toEqual({ kind: 'swap cache', bytes: 22_339_584, reclaimableBytes: 0 });
    // The JVM's first thread had ended when it was told among the others: 275 is its second.
    expect(group).toMatchObject({
      victim: { pid: 274 },
      alsoKilled: [{ pid: 269, name: 'hog' }],
      oomGroupPath: '/kubepods/pod2/app',
    });
    expect(toExplainedKill(group as OomReport).swap).toEqual({ usedBytes: 51_200 * kib, limitBytes: 51_200 * kib });
    expectWhole(group as OomReport, 0.001);
    expect(host).toMatchObject({ constraint: 'none', asker: { name: 'VM Thread' }, victim: { pid: 354, oomScoreAdj: 500 } });
  });

  test('5.6: a group of v1 that is told as one of v2 has its page tables in kmem', () => {
    const report = only('5.6-v1-as-v2.dmesg-T');
    expect(report).toMatchObject({ limitPath: '/kubepods/pod200f55f9-b043-11ea-b578-fa163e82605e', stat: { form: 2 } });
    expect(report).not.toHaveProperty('victim');
    expectWhole(report, 0.001);
    expect(accountOfReport(report)?.parts).toContainEqual({
      kind: 'kernel',
      bytes: 10_568 * kib - 2_801_664,
      reclaimableBytes: 0,
    });
  });

  test('4.4: figures on one line', () => {
    const report = only('4.4-v1.dmesg');
    expect(report).toMatchObject({
      victim: { pid: 11_344, name: 'main', anonBytes: 183_712 * kib, fileBytes: 1016 * kib },
      chosen: { pid: 11_344 },
      memory: { usageBytes: 204_800 * kib, hits: 4563 },
      stat: { form: 1, memory: { anonBytes: 197_168 * kib, fileBytes: 108 * kib } },
    });
    expect(report.tasks.map(({ name, rssBytes, pageTableBytes }) => [name, rssBytes, pageTableBytes])).toEqual([
      ['go', 4784 * page, 32 * page],
      ['main', 46_185 * page, 113 * page],
    ]);
    expectWhole(report, 0.001);
    expect(report).not.toHaveProperty('unixMs');
  });

  test('4.18: page cache that is yet to be written', () => {
    const report = only('4.18-v1.dmesg');
    expect(report).toMatchObject({ constraint: 'memcg', chosen: { pid: 62_685, name: 'bash' } });
    expect(report).not.toHaveProperty('victim');
    expectWhole(report, 0.001);
    expect(accountOfReport(report)?.dirtyBytes).toBe(503_316 * kib);
  });

  test('3.10: a buffer that begins in the middle of a report, and reports that were cut', () => {
    const [first, second, third] = reportsOf(readLog('3.10-v1.dmesg-T'));
    expect(first).toMatchObject({
      ...{ victim: { pid: 28_438, anonBytes: 466_160 * kib }, chosen: { pid: 24_572 }, constraint: 'memcg' },
      stat: { memory: { swapBytes: 524_356 * kib } },
    });
    expect(first).not.toHaveProperty('memory');
    expect(second).toMatchObject({ asker: { name: 'java', pid: 14_881 }, kernel: '3.10.0-327.4.5.el7.x86_64', tasks: [] });
    expect(third).toMatchObject({ memoryAndSwap: { limitBytes: 1_048_576 * kib }, kernelMemory: { usageBytes: 0 } });
    expect(third?.kernelMemory).not.toHaveProperty('limitBytes');
    expect(toExplainedKill(third as OomReport)).toMatchObject({
      swap: { usedBytes: 524_484 * kib, limitBytes: 524_288 * kib },
      missing: ['who was killed', 'which thread asked last'],
    });
    expectWhole(third as OomReport, 0.001);
  });

  test('5.15: all processes of a group, and another program that quotes the kernel', () => {
    const report = only('5.15-group.syslog');
    expect(report).toMatchObject({
      ...{ limitPath: '/kubepods.slice', constraint: 'memcg', victim: { pid: 68_061, oomScoreAdj: 872 } },
      ...{ oomGroupPath: expect.stringMatching(/^\/kubepods\.slice\/.*\.scope$/), alsoKilled: [], sinceBootMs: 8_341_856.856 },
      unixMs: new Date(2026, 5, 24, 18, 49, 43).getTime(),
    });
  });

  test('6.11: the whole machine', () => {
    const report = only('6.11-host.dmesg');
    expect(report).toMatchObject({
      ...{ constraint: 'none', path: '/' },
      host: { ramBytes: 2_097_022 * page, swapBytes: 0, freeSwapBytes: 0 },
      victim: { pid: 116, anonBytes: 7_980_628 * kib },
    });
    expect(report).not.toHaveProperty('limitPath');
    expect(accountOfReport(report)).toBeUndefined();
    expect(toExplainedKill(report)).toMatchObject({
      largest: { pid: 116, oomScoreAdj: 1000 },
      processes: [
        { name: 'stress-ng-vm', processes: 2, rssBytes: (1_995_298 + 270) * page },
        { name: 'stress-ng' },
        { name: 'sh' },
      ],
    });
  });

  test('5.13: the memory nodes of a cpuset', () => {
    expect(only('5.13-cpuset.dmesg')).toMatchObject({ constraint: 'cpuset', memoryNodes: '0', victim: { name: 'memkiller' } });
  });

  test('4.18: what a grep has left, by a thread whose name has a space', () => {
    const [first, second] = reportsOf(readLog('4.18-host.journal'));
    expect(first).toMatchObject({ ...{ constraint: 'none', reaped: true }, victim: { pid: 2092, anonBytes: 1_665_620 * kib } });
    expect(second).toMatchObject({ asker: { name: 'process reaper' }, victim: { pid: 633_552, name: 'webpack' } });
    expect(second?.victim).not.toHaveProperty('anonBytes');
  });
});

describe('what logs lack', () => {
  const killed = (pid: number, name = 'java') =>
    `Memory cgroup out of memory: Killed process ${pid} (${name}) total-vm:9kB, anon-rss:5kB, file-rss:1kB, shmem-rss:0kB, UID:0 pgtables:4kB oom_score_adj:0`;

  test('a kill whose report was left out, as the kernel says', () => {
    const text = `[ 1.000000] oom_kill_process: 16 callbacks suppressed\n[ 1.000001] ${killed(7)}\n[ 1.000002] ${killed(8)}\n`;
    const { reports, suppressed } = parseOomReports(parseKernelLog(text, { nowMs }));
    expect(suppressed).toBe(1);
    expect(reports.map(({ victim }) => victim?.pid)).toEqual([7, 8]);
    expect(toExplainedKill(reports[0] as OomReport).missing).toEqual([
      'the group of who was killed',
      'which thread asked last',
      'usage and limit',
      'the processes that there were',
    ]);
  });

  test('a kill that only the reaper tells', () => {
    const [report] = reportsOf(
      '[ 1.000000] oom_reaper: reaped process 7 (a), now b), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB\n',
    );
    expect(report).toMatchObject({ victim: { pid: 7, name: 'a), now b' }, reaped: true });
  });

  test('a report that breaks off is not joined with what comes a minute later', () => {
    const text = `[    1.000000] java invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\n[  100.000000] ${killed(7)}\n`;
    expect(reportsOf(text).map(({ asker, victim }) => [asker?.name, victim?.pid])).toEqual([
      ['java', undefined],
      [undefined, 7],
    ]);
  });

  test('other processes of a group that is killed as a whole', () => {
    const text = ['Tasks in /a are going to be killed due to memory.oom.group set', killed(7), killed(8, 'sh')];
    const lines = [killed(7), ...text].map((line, index) => `[ 1.00000${index}] ${line}`).join('\n');
    expect(reportsOf(lines)).toMatchObject([{ victim: { pid: 7 }, oomGroupPath: '/a', alsoKilled: [{ pid: 8, name: 'sh' }] }]);
  });

  test('messages of others between the lines of a report', () => {
    const lines = readLog('6.18-v1.kmsg').split('\n');
    const mixed = lines.flatMap((line, index) => [
      line,
      `6,${9000 + index},284204999,-;eth0: link is up ${index}`,
      ' SUBSYSTEM=net',
    ]);
    expect(reportsOf(mixed.join('\n'))).toEqual(reportsOf(lines.join('\n')));
  });
});

describe('names that a program chose', () => {
  test.each([
    ['a) total-vm:1kB, anon-rss:2kB', { name: 'a) total-vm:1kB, anon-rss:2kB', anonBytes: 5 * kib }],
    ['(sd-pam)', { name: '(sd-pam)', anonBytes: 5 * kib }],
    ['', { name: '', anonBytes: 5 * kib }],
  ])('%s', (name, expected) => {
    expect(parseKilled(`Killed process 7 (${name}) total-vm:9kB, anon-rss:5kB, file-rss:1kB`)).toMatchObject(expected);
  });

  test('are printable in a report: a newline in a record of /dev/kmsg is no line of the log', () => {
    const [report] = reportsOf(
      '3,1,1,-;Memory cgroup out of memory: Killed process 7 (a\\x1b[31m) total-vm:9kB, anon-rss:5kB, file-rss:1kB\n',
    );
    expect(report?.victim?.name).toBe('a\\u{1b}[31m');
  });

  test('of a group are told from what follows them', () => {
    const line =
      'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,2-3,oom_memcg=/a,b,task_memcg=/a,b/c,task=x,pid=1,pid=7,uid=0';
    expect(parseSummary(line)).toEqual({
      ...{ constraint: 'memcg', limitPath: '/a,b', path: '/a,b/c', name: 'x,pid=1', pid: 7, uid: 0, memoryNodes: '0,2-3' },
    });
  });
});
