import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { explainFacts } from '../../../src/doctor/oom/explain.ts';
import type { OomFacts } from '../../../src/doctor/oom/verdict.ts';
import type { GroupWitness, KernelLogWitness, PageWitness } from '../../../src/model/oom.ts';
import { parseKernelLog } from '../../../src/parse/kernel-log.ts';
import { parseOomReports } from '../../../src/parse/oom-report.ts';
import { toLooksWitness } from '../../../src/stats/looks-growth.ts';
import { toExplainedKill, toKill } from '../../../src/stats/oom-kill.ts';
import { killsOf, type OomTarget } from '../../../src/stats/oom-target.ts';
import { mib } from '../../fixtures/evidence.ts';
import { look, looksOf } from '../../fixtures/kept-looks.ts';

const takenAt = '2026-11-29T02:00:00.000Z';
const log: KernelLogWitness = { path: '/dev/kmsg', state: 'whole', messages: 9, kills: 0, suppressed: 0 };
const group: GroupWitness = { path: '/pod', version: 2, limitBytes: mib(400), usageBytes: mib(3), oomKills: { own: 2, below: 1 } };

/** Of the kill of a fixture that a target names. */
function factsOf(name: string, target: OomTarget = {}): OomFacts {
  const text = readFileSync(new URL(`../../fixtures/kernel-logs/${name}`, import.meta.url), 'utf8');
  const { reports } = parseOomReports(
    parseKernelLog(text, { nowMs: Date.parse(takenAt), bootUnixMs: Date.parse(takenAt) - 3_600_000 }),
  );
  const [report] = killsOf(reports, target);
  if (!report) throw new Error('the fixture has it');
  const others = reports
    .filter((other) => other !== report)
    .toReversed()
    .map(toKill);
  return { target: {}, log, kill: toExplainedKill(report), others, takenAt };
}

const explain = (facts: OomFacts, meterPath?: string) => explainFacts(facts, { meterPath });
const none: OomFacts = { target: {}, log, others: [], takenAt };

describe('a kill', () => {
  test('at the limit of a group above, with what filled it', () => {
    const { outcome, verdict, notes, fixes } = explain(factsOf('6.1-v2.dmesg', { pid: 226 }), '/lib/libmeter.so');
    expect(outcome).toBe('killed');
    expect(verdict).toBe(
      'The kernel killed java (pid 226) at 2026-11-29T01:10:57Z, 49 min 2 s ago, in /kubepods/pod1/app. It had 279 MiB resident (277 anonymous, 1.9 of files, 0.0 shared). /kubepods/pod1, a group above its own, had 400 of 400 MiB, its limit: 277 anonymous of java, 80 of shared memory and files on a tmpfs, 40 of other processes (hog).',
    );
    expect(notes).toEqual([
      'How much of it was Java heap and how much native memory, the kernel’s log does not say.',
      'The thread java (id 227) asked for the last page.',
    ]);
    expect(fixes.map(({ action, command }) => [action.slice(0, 24), command])).toEqual([
      ['Find out which of both f', undefined],
      ['80 MiB are files on a tm', 'df -t tmpfs'],
      ['Let the program leave a ', 'mkdir -p /var/tmp/offheap'],
      ['Keep what an exporter se', 'mkdir -p /var/tmp/offheap-looks && offheap export --keep-looks=/var/tmp/offheap-looks'],
    ]);
    expect(fixes[2]?.environment).toEqual({ OFFHEAP_COUNTERS_DIR: '/var/tmp/offheap', LD_PRELOAD: '/lib/libmeter.so' });
  });

  test('of all processes of a group, with swap that was full', () => {
    expect(explain(factsOf('6.1-v2.dmesg', { pid: 274 })).notes).toEqual(
      expect.arrayContaining([
        'All processes of /kubepods/pod2/app were killed with it (memory.oom.group): 1 more, hog.',
        'The group had 50 of 50 MiB in swap as well.',
      ]),
    );
  });

  test.each(['6.1-v2.dmesg', '6.11-host.dmesg', '4.18-host.journal'])(
    'of the whole machine is no container’s limit: %s',
    (name) => {
      const { verdict, fixes } = explain(factsOf(name));
      expect(verdict).toContain('had no memory left: it was no limit of a container.');
      expect(verdict).not.toMatch(/its limit/);
      expect(fixes[0]?.action).toMatch(/^Bound the programs of this machine by limits/);
    },
  );

  test('of memory nodes is neither', () => {
    const { verdict, fixes } = explain(factsOf('5.13-cpuset.dmesg'));
    expect(verdict).toContain('Memory node 0 had no memory left, and its cpuset allows no other: it was no limit of a container');
    expect(fixes[0]?.action).toContain('cpuset.mems');
  });

  test('by page cache that had yet to be written', () => {
    const { verdict, notes, fixes } = explain(factsOf('4.18-v1.dmesg'));
    expect(verdict).toMatch(/^The kernel killed a process, probably bash \(pid 62685\) or a child of it at /);
    expect(notes).toContain('492 MiB of page cache had yet to be written, and could not be dropped at once.');
    expect(notes).toContain('The log does not have who was killed and which thread asked last.');
    expect(fixes[0]?.action).toMatch(/^492 MiB were written faster than the disk takes them\./);
  });

  test('of one of many workers', () => {
    const { fixes } = explain(factsOf('5.15-v2-lxc.dmesg-T'));
    expect(fixes[0]?.action).toBe(
      '20 other processes named php-fpm take 16,997 of the 17,382 MiB that others take from the same limit. Run fewer of them, or raise the limit.',
    );
  });

  test('whose victim was not the largest', () => {
    const facts = factsOf('6.18-v1.kmsg', { pid: 12_474 });
    const kill = { ...facts.kill, largest: { pid: 7, name: 'keeper', rssBytes: mib(51), oomScoreAdj: -998 } };
    expect(explain({ ...facts, kill } as OomFacts).notes).toContain(
      'It was not the largest: keeper (pid 7) had 51 MiB, with oom_score_adj -998.',
    );
  });

  test('again and again in the same group', () => {
    const facts = factsOf('3.10-v1.dmesg-T');
    const pod = '/kubepods/pod95387fa4-da9c-11e7-9d36-5254b24cbf5e';
    const kill = { ...facts.kill, victim: { pid: 9, name: 'java' } };
    const before = { at: '2017-12-06T23:20:58.000Z', victim: { pid: 8, name: 'java' }, limitPath: `${pod}/0123` };
    const elsewhere = { ...before, limitPath: '/kubepods/pod11111111-da9c-11e7-9d36-5254b24cbf5e/0123' };
    const { notes } = explain({ ...facts, kill, others: [before, elsewhere] } as OomFacts);
    expect(notes).toContain(`The log has 2 kills of a process named java in ${pod} in 1 h 0 min.`);
  });
});

describe('a counter page', () => {
  const page: PageWitness = {
    info: { pid: 226, createdUnixMs: 1, writer: 'meter', isPreceded: false, version: 9, path: '/p/226-0.counters' },
    ...{ matchedBy: 'pid', measure: 'usable', liveBytes: mib(251), peakLiveBytes: mib(401), liveBlocks: 4099 },
    sizes: [{ fromBytes: 32_768, toBytes: 65_535, blocks: 3989, leastBytes: mib(233), mostBytes: mib(241) }],
    threads: [{ tid: 9, name: 'filler', calls: 9, liveAllocations: 9, liveUsableBytes: mib(199), totalRequestedBytes: 9 }],
  };

  test('says what malloc held, in which blocks, and by which thread', () => {
    const { notes, fixes } = explain({ ...factsOf('6.1-v2.dmesg', { pid: 226 }), page }, '/lib/libmeter.so');
    expect(notes[0]).toBe(
      'Of the 277 MiB anonymous, malloc held 251 MiB (401 at most), as the meter counted; 233 to 241 in 3,989 blocks of 32 KiB to 64 KiB. Thread filler has allocated 199 MiB of it.',
    );
    expect(fixes[0]?.action).toMatch(/^Most of it are blocks of malloc\./);
    // There is one already.
    expect(fixes.some(({ environment }) => environment !== undefined)).toBe(false);
  });

  test('of another pid namespace says how it was found', () => {
    const { notes } = explain({ ...factsOf('6.1-v2.dmesg', { pid: 226 }), page: { ...page, matchedBy: 'name' } });
    expect(notes[1]).toBe('The counter page is the only one of an ended process named java; its pid 226 is of the container.');
  });

  test('whose live bytes cannot be right says so', () => {
    const { liveBytes: _, ...without } = page;
    const { notes } = explain({
      ...factsOf('6.1-v2.dmesg', { pid: 226 }),
      page: { ...without, withdrawn: 'Live figures are not shown: …' },
    });
    expect(notes[0]).toBe('Live figures are not shown: …');
  });
});

describe('the looks that an exporter has kept', () => {
  const looks = toLooksWitness(
    looksOf({
      java: { flags: [], maxHeapBytes: mib(307) },
      looks: [
        look(0, { rssBytes: mib(101), regions: { 'java heap': mib(41), 'glibc arenas': mib(13) } }),
        look(30, { rssBytes: mib(251), regions: { 'java heap': mib(181), 'glibc arenas': mib(31) } }),
      ],
    }),
    'pid',
  );

  test('of a single one nothing is said to have stayed as it was', () => {
    const single = toLooksWitness(
      looksOf({ looks: [look(0, { rssBytes: mib(101), regions: { 'glibc arenas': mib(101) } })] }),
      'pid',
    );
    const { notes } = explain({ ...factsOf('6.1-v2.dmesg', { pid: 226 }), looks: single });
    expect(notes[0]).toMatch(/ before the kill, saw 101 MiB resident\. There was no look before it\.$/);
  });

  test('say what grew, and the heap that fits', () => {
    const { notes, fixes } = explain({ ...factsOf('6.1-v2.dmesg', { pid: 226 }), looks });
    expect(looks?.growth.map(({ part, bytesPerHour }) => [part, bytesPerHour])).toEqual([
      ['RSS', mib(300)],
      ['java heap', mib(280)],
      ['glibc arenas', mib(36)],
    ]);
    expect(notes[0]).toMatch(
      /^The last look at app\.jar, .+ before the kill, saw 251 MiB resident\. In 30 min 0 s of looks java heap grew most, by 140 MiB to 181\.$/,
    );
    // 400 of the pod less the 219 that were beside the heap.
    expect(fixes[0]).toMatchObject({
      action: expect.stringMatching(/^Its Java heap could grow to 307 MiB, and 219 were beside it below the limit of 400\./),
      jvmFlags: ['-Xmx181m'],
    });
  });

  test('and that it was native memory, where the heap had little', () => {
    const { fixes } = explain({
      ...factsOf('6.1-v2.dmesg', { pid: 226 }),
      looks: looks && { ...looks, javaHeapRssBytes: mib(29) },
    });
    expect(fixes[0]?.action).toMatch(/^Of it 29 MiB were Java heap at the last look: the rest is native memory\./);
  });
});

describe('without a report', () => {
  test('a group’s own count answers', () => {
    const unread = { ...log, state: 'unread', reason: 'no.' } as const;
    expect(explain({ ...none, log: unread, group, target: { cgroup: '/pod' } })).toMatchObject({
      outcome: 'killed',
      verdict: '/pod has counted 3 kills since it was made, but the kernel’s log could not be read: no.',
    });
    expect(explain({ ...none, group: { ...group, oomKills: { own: 0, below: 0 } } })).toMatchObject({
      outcome: 'no-kill',
      verdict: '/pod has counted no kill since it was made.',
      fixes: [],
    });
  });

  test('a log that is whole has none; one that begins later does not know', () => {
    expect(explain(none)).toMatchObject({ outcome: 'no-kill', verdict: 'The kernel’s log has no kill of a process.' });
    const { outcome, verdict } = explain({ ...none, log: { ...log, state: 'end' }, beginsUnixMs: Date.parse(takenAt) });
    expect(outcome).toBe('unknown');
    expect(verdict).toBe(
      'The kernel’s log has no kill of a process, but it begins at 2026-11-29T02:00:00Z: what was before is gone.',
    );
  });

  test('another process: the pids that there are', () => {
    const others = [{ victim: { pid: 7, name: 'java' } }, { victim: { pid: 8, name: 'sh' } }];
    expect(explain({ ...none, others, target: { pid: 1 } }).verdict).toBe(
      'The kernel’s log has no kill of process 1. It has kills of 7 (java), 8 (sh). Pids are those of the host, not of a container.',
    );
  });

  test('nothing that could be read is no answer, and says what to do', () => {
    const { outcome, verdict } = explain({ ...none, log: { ...log, state: 'unread', reason: 'it is root’s. Read it as root' } });
    expect(outcome).toBe('unknown');
    expect(verdict).toBe('Nobody can tell whether the kernel killed a process: it is root’s. Read it as root.');
  });

  test('what the kernel left out is told', () => {
    expect(explain({ ...none, log: { ...log, suppressed: 2 } }).notes).toEqual([
      '2 times the kernel left out messages about kills, which came too often: there may be more kills than are listed.',
    ]);
  });
});
