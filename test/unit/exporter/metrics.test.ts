import { readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { Exposition } from '../../../src/exporter/exposition.ts';
import { addHostMetrics, hostPressure } from '../../../src/exporter/host-metrics.ts';
import { allProcessMetrics } from '../../../src/exporter/metrics.ts';
import type { Reading } from '../../../src/exporter/reading.ts';
import type { Look, Subject } from '../../../src/exporter/subject.ts';
import { readHostPressure } from '../../../src/process/host-memory.ts';
import { figures, mallocOf, mib } from '../../fixtures/evidence.ts';

const subject: Subject = {
  ...{
    pid: 7,
    startTimeTicks: 1,
    argv: ['java'],
    command: 'a "b"\\',
    isJvm: true,
    place: { podUid: 'u' },
    turn: { dueAt: 0, failures: 0, expectedMs: 20, isTried: false },
    memory: {},
  },
};
const reading: Reading = { subject, rssBytes: 4096, isLiveWithheld: false };
const samples = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

test('a process that has not been looked at has its RSS, and nothing that is not known', async () => {
  const exposition = new Exposition();
  exposition.fill([reading]);
  const text = String((await exposition.render('text')).bytes);
  const labels = 'pid="7",command="a \\"b\\"\\\\",container_id="",pod_uid="u"';
  expect(samples(text)).toEqual([
    `offheap_process_info{${labels},allocator="",jvm="true"} 1`,
    `offheap_process_resident_memory_bytes{${labels}} 4096`,
  ]);
});

test('what was not read of malloc is in a scrape, and what is in tcaches and fastbins is not live', async () => {
  const totals = {
    ...figures(60, { pageBytes: 10 }),
    ...{ unknownBytes: mib(7), tcacheBytes: mib(5), unreadableBytes: mib(40), unreadableRssBytes: mib(30) },
  };
  const { mmapped, census, consistency } = mallocOf(totals, { mmapped: { chunks: 1, sizeBytes: mib(50), rssBytes: mib(30) } });
  const malloc = { totals, mmapped, census, consistency, arenas: 1, heaps: 1 };
  expect(await figuresOf({ ...look, malloc })).toEqual({
    offheap_malloc_live_bytes: mib(103),
    offheap_malloc_cached_bytes: mib(7),
    'offheap_malloc_retained_bytes tcache': mib(5),
    offheap_malloc_read_ratio: 0.7,
    offheap_malloc_unread_resident_bytes: mib(30),
  });
});

test('a look that could not read malloc has read none of it; of another allocator nothing is told', async () => {
  expect(await figuresOf(look)).toEqual({ offheap_malloc_read_ratio: 0 });
  expect(await figuresOf({ ...look, allocator: 'jemalloc' })).toEqual({});
});

const look: Look = { takenAtMs: 0, rssBytes: 0, swapBytes: 0, hugeBytes: 0, hugetlbBytes: 0, regions: [], allocator: 'glibc' };

/** Those of malloc that tell what was read, and what of it is in use. */
async function figuresOf(seen: Look): Promise<Record<string, number>> {
  const exposition = new Exposition();
  exposition.fill([{ ...reading, subject: { ...subject, look: seen } }]);
  const text = String((await exposition.render('text')).bytes);
  const figure = /^(offheap_malloc_(?:live|cached|retained|read|unread)\w*)\{.*?(?:,class="(tcache)")?\} (\S+)$/gm;
  const told = [...text.matchAll(figure)].filter(([line, , name]) => name !== undefined || !line.includes('class='));
  return Object.fromEntries(told.map(([, name, of, value]) => [of === undefined ? name : `${name} ${of}`, Number(value)]));
}

test('a counter has the type, and in OpenMetrics the name, of one', async () => {
  const exposition = new Exposition();
  const stall = { avg10Share: 0, avg60Share: 0, totalMs: 1234.5 };
  const cgroup = { version: 2 as const, limitHits: 3, oomKills: 1, pressure: { some: stall, full: { ...stall, totalMs: 0 } } };
  exposition.fill([{ ...reading, subject: { ...subject, look: { ...look, cgroup } } }]);
  const linesOf = async (format: 'text' | 'openmetrics') =>
    String((await exposition.render(format)).bytes)
      .split('\n')
      .filter((line) => /^(# TYPE )?offheap_container_\w+(hits|kills|seconds)/.test(line))
      .map((line) => line.replace(/pid=.*pod_uid="u",?/, ''));
  const samplesOf = [
    'offheap_container_limit_hits_total{} 3',
    'offheap_container_oom_kills_total{} 1',
    'offheap_container_memory_pressure_seconds_total{kind="some"} 1.2345',
    'offheap_container_memory_pressure_seconds_total{kind="full"} 0',
  ];
  const text = await linesOf('text');
  expect(text.filter((line) => !line.startsWith('#'))).toEqual(samplesOf);
  expect(text).toContain('# TYPE offheap_container_oom_kills_total counter');
  const open = await linesOf('openmetrics');
  expect(open.filter((line) => !line.startsWith('#'))).toEqual(samplesOf);
  expect(open).toContain('# TYPE offheap_container_oom_kills counter');
});

test('a process that has ended leaves nothing behind', async () => {
  const exposition = new Exposition();
  exposition.fill([reading]);
  exposition.fill([]);
  expect(samples(String((await exposition.render('openmetrics')).bytes))).toEqual([]);
});

test('threads of a meter, and a limit', async () => {
  const exposition = new Exposition();
  const look = {
    takenAtMs: 1500,
    rssBytes: 1,
    swapBytes: 0,
    hugeBytes: 0,
    hugetlbBytes: 0,
    regions: [],
    allocator: 'jemalloc' as const,
  };
  const cgroup = { version: 2 as const, limitBytes: 10 };
  const threads = new Map([['pool-N', 5]]);
  exposition.fill([{ ...reading, liveBytes: 9, subject: { ...subject, look: { ...look, cgroup, threads } } }]);
  const values = samples(String((await exposition.render('text')).bytes)).map((line) => line.replace(/pid=.*pod_uid="u",?/, ''));
  expect(values).toEqual([
    'offheap_process_info{allocator="jemalloc",jvm="true"} 1',
    'offheap_process_resident_memory_bytes{} 4096',
    'offheap_process_looked_at_timestamp_seconds{} 1.5',
    'offheap_process_swap_bytes{} 0',
    'offheap_process_huge_page_bytes{} 0',
    'offheap_process_hugetlb_bytes{} 0',
    'offheap_meter_live_bytes{} 9',
    'offheap_meter_thread_live_bytes{thread="pool-N"} 5',
    'offheap_cgroup_memory_limit_bytes{} 10',
  ]);
});

test('owners have two labels, and are told anew though the look is an old one', async () => {
  const exposition = new Exposition();
  const owned = { turn: subject.turn, look: { takenAtMs: 2500, owners: [{ kind: 'java' as const, owner: 'a."B"', bytes: 7 }] } };
  const told = async () => {
    const values = samples(String((await exposition.render('text')).bytes)).filter((line) => line.includes('_owner'));
    return values.map((line) => line.replace(/pid=.*pod_uid="u",?/, ''));
  };
  exposition.fill([{ ...reading, subject: { ...subject, look } }]);
  expect(await told()).toEqual([]);
  exposition.fill([{ ...reading, subject: { ...subject, look, owned } }]);
  expect(await told()).toEqual([
    'offheap_owner_bytes{kind="java",owner="a.\\"B\\""} 7',
    'offheap_owners_looked_at_timestamp_seconds{} 2.5',
  ]);
});

test('the host’s waiting for memory is what its kernel counts', async () => {
  const registry = new Registry();
  addHostMetrics([registry]);
  const before = readHostPressure();
  const values = samples(await registry.metrics()).map((line) => line.split(' '));
  const after = readHostPressure();
  expect(values.map(([name]) => name)).toEqual(
    before ? ['some', 'full'].map((kind) => `${hostPressure.name}{kind="${kind}"}`) : [],
  );
  for (const [index, kind] of (['some', 'full'] as const).entries()) {
    if (!before || !after) break;
    expect(Number(values[index]?.[1])).toBeGreaterThanOrEqual(before[kind].totalMs / 1000);
    expect(Number(values[index]?.[1])).toBeLessThanOrEqual(after[kind].totalMs / 1000);
  }
});

test('docs/export.md has every metric, with its label and what it means', () => {
  const text = readFileSync(new URL('../../../docs/export.md', import.meta.url), 'utf8');
  for (const { name, label, help } of [...allProcessMetrics, { ...hostPressure, label: 'kind' }]) {
    expect(text).toContain(
      `| \`${name}\` | ${[label ?? []]
        .flat()
        .map((own) => `\`${own}\``)
        .join(', ')} | ${help} |`,
    );
  }
});
