import { describe, expect, test } from 'vitest';
import { toResult } from '../../../src/doctor/examine.ts';
import type { DoctorResult, Evidence } from '../../../src/model/doctor.ts';
import { containerRows } from '../../../src/reporters/container-table.ts';
import { doctorReporters } from '../../../src/reporters/doctor.ts';
import { describeRss } from '../../../src/reporters/doctor-head.ts';
import { regionTable } from '../../../src/reporters/doctor-tables.ts';
import { crowdedPod } from '../../fixtures/container.ts';
import { arenasOf, evidenceOf, figures, jvmOf, mallocOf, mib, regionsOf } from '../../fixtures/evidence.ts';
import { plainText } from '../../fixtures/terminal.ts';

const patient = evidenceOf({
  malloc: mallocOf(figures(60, { pageBytes: 80, mainTopBytes: 20, subPageBytes: 3 }), {
    arenas: arenasOf(8),
    mmapped: { chunks: 12, sizeBytes: mib(20), rssBytes: mib(18) },
    census: { inflaters: 420, inflaterWindows: 400, deflaters: 3, bytes: mib(17) },
  }),
  regions: [
    ...regionsOf({ 'java heap': 120, 'glibc main': 20, 'glibc arenas': 163, metaspace: 60 }),
    {
      kind: 'libraries',
      sizeBytes: mib(90),
      rssBytes: mib(37),
      swapBytes: 0,
      mappings: 61,
      largest: [{ name: '/usr/lib/libjvm.so', sizeBytes: mib(20), rssBytes: mib(19) }],
    },
  ],
  unknown: [{ instrument: 'nmt', code: 'switched-off' }],
});

function resultOf(evidence: Evidence, more: Partial<DoctorResult> = {}): DoctorResult {
  return { ...toResult(evidence, 120), tool: { name: 'offheap', version: '0.0.0' }, ...more };
}

const trimmed: DoctorResult['applied'] = [
  {
    kind: 'trim',
    measure: 'rss',
    predictedBytes: mib(100),
    actualBytes: mib(98.5),
    rssBeforeBytes: mib(400),
    rssAfterBytes: mib(301.5),
    errorShare: 0.00375,
    reasons: ['3 MiB stay free in pages that live blocks pin.'],
  },
];

describe('a doctor’s result', () => {
  test('as a table', () => {
    expect(doctorReporters.table(resultOf(patient, { applied: trimmed }), plainText)).toMatchSnapshot();
  });

  test('as markdown', () => {
    expect(doctorReporters.markdown(resultOf(patient))).toMatchSnapshot();
  });

  test('as JSON it is the result itself', () => {
    const result = resultOf(patient, { applied: trimmed });
    expect(JSON.parse(doctorReporters.json(result))).toEqual(result);
  });

  test('with --for: by how much each part grew, and what that is a minute', () => {
    const parts = [
      { name: 'malloc in use', beforeBytes: mib(19), afterBytes: mib(30) },
      { name: 'java heap', beforeBytes: mib(102), afterBytes: mib(100) },
    ];
    const sizes = [
      { chunkBytes: 16_400, beforeChunks: 13, afterChunks: 716, beforeBytes: mib(2), afterBytes: mib(13), isSteady: true },
    ];
    const growth = { intervalMs: 15_000, rssBytes: mib(13), mallocLiveBytes: mib(11), threads: 1, parts, sizes };
    const text = doctorReporters.table(resultOf(evidenceOf({ growth })), plainText);
    expect(text).toContain('│ in 15 s                           │  before │   after │   change │ a minute │');
    expect(text).toContain('│ RSS                               │ 387 MiB │ 400 MiB │  +13 MiB │  +52 MiB │');
    expect(text).toContain('│ malloc in use                     │  19 MiB │  30 MiB │  +11 MiB │  +44 MiB │');
    expect(text).toContain('│ java heap                         │ 102 MiB │ 100 MiB │ -2.0 MiB │ -8.0 MiB │');
    expect(text).toContain('│ blocks of malloc, resident or not │  14 MiB │  25 MiB │  +11 MiB │  +44 MiB │');
    expect(text).toContain('│ +703 blocks of 16,400 B           │ 2.0 MiB │  13 MiB │  +11 MiB │  +44 MiB │');
    expect(text).toContain('│ threads                           │      30 │      31 │       +1 │       +4 │');
    expect(text).not.toContain('zlib states among them');
    const brief = doctorReporters.table(resultOf(evidenceOf({ growth: { ...growth, intervalMs: 4999 } })), plainText);
    expect(brief).not.toContain('a minute');
  });

  test('with --histogram: the largest classes, and what is to be compared with the census', () => {
    const top = Array.from({ length: 13 }, (_, index) => ({ className: `Class${index}`, instances: 1009, bytes: mib(40 - index) }));
    const histogram = { inflaters: 419, deflaters: 2, top };
    const evidence = { ...patient, jvm: jvmOf({ histogram }) };
    const text = doctorReporters.table(resultOf(evidence), plainText);
    expect(text).toContain('│ Class0 │     1,009 │       40 │');
    expect(text).not.toContain('Class10');
    expect(text).toContain('The Java heap has 419 Inflaters and 2 Deflaters. Their blocks of malloc: at most 420 and 3.');
    expect(doctorReporters.table(resultOf(evidence), { ...plainText, verbose: true })).toContain('Class12');
  });

  test('of a process in which nothing is wrong', () => {
    const text = doctorReporters.table(resultOf(evidenceOf()), plainText);
    expect(text).toContain('Nothing wrong');
    expect(text).not.toContain('problem');
  });

  test('what a process calls itself cannot drive the terminal, nor a table', () => {
    const hostile = evidenceOf({ command: ['\x1b]0;owned\x07', 'a|b'] });
    expect(doctorReporters.table(resultOf(hostile), plainText)).not.toMatch(/[^\P{Cc}\n]/u);
    expect(doctorReporters.markdown(resultOf(hostile))).toContain('a\\|b');
  });

  test('colours only when they are wanted', () => {
    expect(doctorReporters.table(resultOf(patient), { ...plainText, color: true })).toContain('\x1b[');
  });
});

test('the table has what the kernel’s RSS lacks, and all parts of it what is on huge pages', () => {
  const regions = regionsOf({ unexplained: 100, libraries: 70 }).map((region, index) =>
    index === 0 ? { ...region, hugeBytes: mib(96) } : region,
  );
  const evidence = evidenceOf({ rssBytes: mib(170), hugetlbBytes: mib(70), swapBytes: mib(12), regions });
  const headings = (verbose: boolean) => regionTable(evidence, { verbose }).columns.map(({ heading }) => heading);
  expect(headings(true)).toContain('on huge pages');
  expect(headings(false)).not.toContain('on huge pages');
  const { rows } = regionTable(evidence, { verbose: true });
  expect(rows[0]).toContain('96');
  expect(rows.at(-1)).toContain('70 not in the kernel’s RSS, 12 MiB more in swap');
});

test('RSS on pages of hugetlbfs is named, and is not held against a limit', () => {
  const evidence = evidenceOf({
    rssBytes: mib(170),
    hugetlbBytes: mib(70),
    swapBytes: 0,
    cgroup: { version: 2, limitBytes: mib(400) },
  });
  expect(describeRss(evidence, evidence)).toBe(
    'RSS 170 MiB, 70 of them on pages of hugetlbfs, 25 % of the memory limit of 400 MiB',
  );
});

test('memory.high that comes before the limit stands in the first line and in the table', () => {
  const cgroup = { ...crowdedPod, highBytes: mib(1409), highHits: 1766 };
  const evidence = evidenceOf({ rssBytes: mib(1361), swapBytes: 0, cgroup });
  const beyond = { ...cgroup, highBytes: mib(1531) };
  expect(describeRss(evidence, evidence)).toBe(
    'RSS 1,361 MiB; container 1,401 of 1,531 MiB (92 %), 130 left, slowed down from 1,409 on',
  );
  expect(describeRss(evidence, { ...evidence, cgroup: beyond })).toMatch(/130 left$/);
  const highOf = (container: typeof cgroup) =>
    containerRows({ ...evidence, cgroup: container }, { verbose: false }).find(({ name }) => name === 'memory.high');
  expect(highOf(cgroup)).toEqual({
    ...{ name: 'memory.high', bytes: mib(1409), isPart: false },
    note: 'slowed down from here on; 1,766×',
  });
  expect(highOf(beyond)).toBeUndefined();
});

test('without a limit, how far memory.high is', () => {
  const { limitBytes: _, ...cgroup } = { ...crowdedPod, highBytes: mib(1409) };
  const evidence = evidenceOf({ rssBytes: mib(1361), swapBytes: 0, cgroup });
  expect(describeRss(evidence, evidence)).toBe('RSS 1,361 MiB; no memory limit, 1,401 of 1,409 MiB of memory.high');
});

test('processes that could not be read, or not by their shares, in the number that they have', () => {
  const usageNote = (unreadProcesses: number, processesByRss: number) => {
    const { account } = crowdedPod;
    const cgroup = { ...crowdedPod, ...(account ? { account: { ...account, unreadProcesses, processesByRss } } : {}) };
    return containerRows(evidenceOf({ cgroup }), { verbose: false }).find(({ name }) => name === 'usage')?.note;
  };
  expect(usageNote(0, 0)).toBe('');
  expect(usageNote(0, 1)).toBe('of 1 process RSS, not the share');
  expect(usageNote(1, 3)).toBe('1 process could not be read; of 3 processes RSS, not the share');
});

test('the swap cache is dropped, or stays where no swap is free', () => {
  const { account } = crowdedPod;
  const noteOf = (reclaimableBytes: number) => {
    const parts = [{ kind: 'swap cache' as const, bytes: mib(29), reclaimableBytes }];
    const cgroup = { ...crowdedPod, ...(account ? { account: { ...account, parts } } : {}) };
    return containerRows(evidenceOf({ cgroup }), { verbose: true })[0]?.note;
  };
  expect([mib(29), 0].map(noteOf)).toEqual(['the kernel drops it', 'stays: no swap is free']);
});
