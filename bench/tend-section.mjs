// Writes the section of `offheap tend` in BENCHMARKS.md from bench/results/tend.json. Alone: node bench/tend-section.mjs
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdownTable } from 'markdown-table';
import { max, mean, median, sum } from 'simple-statistics';
import { medianOf } from './lib/estimate.mjs';
import { describeMachine } from './lib/host.mjs';
import { writeSection } from './lib/section.mjs';
import { interval, judge, times } from './lib/section-table.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const aims = { returnedShare: 0.9, cpuShare: 0.02 };
const mib = (bytes) => Math.round(bytes / 1_048_576).toLocaleString('en-US');
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const microseconds = (ns) => `${(ns / 1000).toFixed(0)} µs`;

/** What came back by itself and by hand in all cycles of some JVMs. */
function returnedBy(jvms, events) {
  const pids = new Set(jvms.map(({ pid }) => pid));
  const byTend = sum([0, ...events.filter(({ pid }) => pids.has(pid)).map(({ returnedBytes = 0 }) => Math.max(0, returnedBytes))]);
  const byHand = sum([0, ...jvms.flatMap(({ cycles }) => cycles.map(({ leftBytes }) => Math.max(0, leftBytes)))]);
  return { byTend, byHand, share: byTend / (byTend + byHand) };
}

/** Only cycles that were whole when tend was ended count: their trims and what was left. */
function within({ jvms, events }) {
  const lastOf = new Map(jvms.map(({ pid, cycles }) => [pid, cycles.at(-1)?.endedAt ?? 0]));
  return events.filter(({ pid, at }) => Date.parse(at) <= (lastOf.get(pid) ?? 0));
}

function ratiosOf(jvms, key) {
  const ratios = jvms.flatMap(({ cycles, twinCycles }) =>
    cycles.flatMap((cycle, index) => (twinCycles[index] ? [cycle[key] / twinCycles[index][key]] : [])),
  );
  return medianOf(ratios);
}

/** A twin beside the next one that has the same allocator, in the same cycle: neither is tended. */
function noiseOf(jvms, key) {
  const ratios = jvms.flatMap(({ allocator, twinCycles }, index) => {
    const next = jvms.slice(index + 1).find((jvm) => jvm.allocator === allocator);
    return twinCycles.flatMap((cycle, at) => (next?.twinCycles[at] ? [next.twinCycles[at][key] / cycle[key]] : []));
  });
  return medianOf(ratios);
}

function section(result) {
  const { jvms, samples, wallMs, tenderCpuMs, cycleMs } = result;
  const events = within(result);
  const all = returnedBy(jvms, events);
  const allocators = [...new Set(jvms.map(({ allocator }) => allocator))];
  const rows = allocators.map((allocator) => {
    const own = jvms.filter((jvm) => jvm.allocator === allocator);
    const pids = new Set(own.map(({ pid }) => pid));
    const trims = events.filter(({ pid, returnedBytes }) => pids.has(pid) && returnedBytes !== undefined);
    const { byTend, byHand, share } = returnedBy(own, events);
    const errors = trims.flatMap(({ predictedBytes, returnedBytes, rssBeforeBytes }) =>
      predictedBytes === undefined ? [] : [Math.abs(predictedBytes - returnedBytes) / rssBeforeBytes],
    );
    const tookMs = trims.map((trim) => trim.tookMs);
    return [
      ...[allocator, String(own.length), String(sum([0, ...own.map(({ cycles }) => cycles.length)])), String(trims.length)],
      ...[mib(byTend), mib(byHand), percent(share)],
      ...[
        errors.length === 0 ? '–' : percent(median(errors)),
        tookMs.length === 0 ? '–' : `${median(tookMs).toFixed(0)} (${max(tookMs).toFixed(0)})`,
      ],
    ];
  });
  const head = [
    '',
    'JVMs',
    'cycles',
    'trims',
    'given back, MiB',
    'left for a trim by hand, MiB',
    'share',
    'error of the prediction, of RSS',
    'a trim took, ms (most)',
  ];
  const cpuShare = tenderCpuMs / wallMs;
  const armMean = (arm) => mean(samples.map((sample) => sum(sample[arm])));
  const p99 = ratiosOf(jvms, 'p99Ns');
  const longest = ratiosOf(jvms, 'longestNs');
  const twinP99 = medianOf(jvms.flatMap(({ twinCycles }) => twinCycles.map(({ p99Ns }) => p99Ns)));
  const verdict = (isMet) => (isMet ? '**met**' : '**missed**');
  return [
    '## Tend',
    '',
    `${describeMachine(result)} Again: \`npm run bench:tend\`; raw data in bench/results/tend.json.`,
    '',
    `${jvms.length} JVMs, each with a twin that nobody tends, for ${(wallMs / 60_000).toFixed(0)} minutes. Each serves fifty small requests a second, and has a burst of ${(4 * result.streams).toLocaleString('en-US')} Inflaters every ${cycleMs / 60_000} minutes, all but every fiftieth of which it ends. \`offheap tend --load-agent\` with its default options; before the next burst, what is left is given back by \`offheap trim\`.`,
    '',
    markdownTable([head, ...rows], { align: ['l', ...head.slice(1).map(() => 'r')] }),
    '',
    `- Of what a trim by hand would give back, at least 90 %: ${verdict(all.share >= aims.returnedShare)}, ${percent(all.share)}.`,
    `- Processor time, at most 2 % of a core: ${verdict(cpuShare <= aims.cpuShare)}, ${percent(cpuShare)}. RSS of \`offheap tend\`: ${mib(max(samples.map((sample) => sample.tenderRssBytes)))} MiB at most.`,
    `- p99 of a request, beside the twin's in the same cycle: ${judge(p99, (ratio) => ratio <= 1.05)} as at most 1.05×, ${times(p99)}; the twins': ${interval(twinP99, microseconds)}. The longest request of a cycle: ${times(longest)}.`,
    `- Noise, a twin beside the next with the same allocator in the same cycle: p99 ${times(noiseOf(jvms, 'p99Ns'))}, the longest ${times(noiseOf(jvms, 'longestNs'))}.`,
    `- RSS of all of them, over the time: ${mib(armMean('tended'))} MiB, of the twins ${mib(armMean('twin'))} MiB.`,
    `- What else was said: ${othersSaid(events)}.`,
    '',
    '### A node, and 10,000 pods',
    '',
    `From the figures above: ${jvms.length} JVMs a node, one \`offheap tend\` on each. Nothing in it grows with the number of nodes: they know nothing of each other. What it saves depends on the load; these JVMs are idle for most of the time.`,
    '',
    markdownTable(fleet(result, cpuShare, armMean('twin') - armMean('tended')), { align: ['l', 'r', 'r'] }),
  ].join('\n');
}

/** What is measured on one machine, times the nodes that 10,000 JVMs make. */
function fleet({ jvms, samples }, cpuShare, savedBytes) {
  const nodes = Math.round(10_000 / jvms.length);
  const gib = (bytes) => (bytes / 1_073_741_824).toFixed(2);
  const row = (name, one, format) => [name, format(one), format(one * nodes)];
  return [
    ['', 'a node', `${nodes.toLocaleString('en-US')} nodes`],
    row('processor time, cores', cpuShare, (cores) => cores.toFixed(cores < 1 ? 4 : 1)),
    row('RSS of `offheap tend`, GiB', max(samples.map((sample) => sample.tenderRssBytes)), gib),
    row('less RSS of the JVMs, mean over the time, GiB', savedBytes, gib),
  ];
}

function othersSaid(events) {
  const counts = new Map();
  for (const { result } of events.filter(({ result }) => result !== 'returned')) counts.set(result, (counts.get(result) ?? 0) + 1);
  return counts.size === 0 ? 'nothing' : [...counts].map(([result, count]) => `\`${result}\` ${count} times`).join(', ');
}

export function writeTendSection() {
  writeSection('tend', section(JSON.parse(readFileSync(join(root, 'bench', 'results', 'tend.json'), 'utf8'))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeTendSection();
