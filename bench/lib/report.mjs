// The section of BENCHMARKS.md, from the raw file alone.
import { markdownTable } from 'markdown-table';
import { addedRatioOf, differenceOf, medianOf, ratioOf, valuesOf } from './estimate.mjs';
import { judgeWithin, scanAim } from './scan.mjs';

const missing = '—';
const countingVariants = ['bare', 'forward', 'call and look', 'count least', 'ask sizes', 'meter'];
const threadCounts = [1, 2, 8];
/** Fewer pairs can always agree by chance: see src/stats/compare.ts. */
const fewestPairs = 6;
const aims = { bare: { glibc: 1.2, jemalloc: 1.2, mimalloc: 1.2, tcmalloc: 1.5 }, heaptrack: 100 };

/** Raw results → Markdown. */
export function renderSection(raw) {
  return [
    '## What the meter costs',
    verdict(raw),
    preamble(raw),
    '### In front of allocators',
    'Nanoseconds of processor time for a pair of `malloc` and `free`, medians with 95 % intervals. *Added* is the difference to the bare allocator, round by round. Bare again is the same once more: the noise of the machine. Forwarding is a library that jumps on. Calling is one that calls on and looks whether there is a block, as whoever counts by what `malloc` gave must. Least counting is a library that keeps the sums and histograms of the meter for blocks of glibc and nothing else: no check, no peak, no page to be read by others. Counting is exact at each call: batches that are published later would save what lies between calling and least counting, at most. Asking sizes is a library that only calls `malloc_usable_size` for each block that comes or goes: what exact bytes cost where the size cannot be read from the block.',
    countingTable(groupsOf(raw, 'counting')),
    '### Beside profilers',
    'The same, for tools that keep a record of allocations. Stack: frames below the measured loop, which profilers walk.',
    profilerTable(groupsOf(raw, 'profilers')),
    '### The JVM scan, end to end',
    scan(raw),
    problems(raw),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function preamble({ host, versions, startedAt, rounds, budgetMs, seed }) {
  const installed = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Measured ${startedAt.slice(0, 10)} on ${host.cpus} × ${host.cpuModel}, ${host.system}, kernel ${host.kernel}; load average at the start ${host.loadAverage.toFixed(2)}. ${installed.join(', ')}.`,
    `${rounds} rounds; each takes every combination once in random order (seed ${seed}), each in a new process that runs until every thread has used ${budgetMs} ms. Blocks of 16 to 1,039 bytes at random, the first byte written; *batch 1,000*: a thousand are allocated, then freed. Raw results: \`bench/results/meter.json\`. To have them again: \`npm run bench:meter\` (\`-- --quick\` for a shorter run).`,
  ].join('\n\n');
}

function groupsOf({ cells }, kind) {
  const groups = new Map();
  for (const cell of cells.filter((candidate) => candidate.kind === kind)) {
    const key = [cell.allocator, cell.threads, cell.batch, cell.depth].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  const order = (cells) => [cells[0].allocator, cells[0].batch, cells[0].depth, cells[0].threads];
  return [...groups.values()].sort((a, b) => {
    const [left, right] = [order(a), order(b)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at === -1 ? 0 : left[at] < right[at] ? -1 : 1;
  });
}

function countingTable(groups) {
  const rows = groups.map((cells) => {
    const [bare, ...others] = countingVariants.map((variant) => valuesOf(cells, variant, 'cpuNs'));
    const { allocator, threads, batch } = cells[0];
    return [
      ...[allocator, String(threads), batch.toLocaleString('en-US'), nanoseconds(medianOf(bare))],
      times(ratioOf(valuesOf(cells, 'bare again', 'cpuNs'), bare)),
      ...others.map((values) => nanoseconds(differenceOf(values, bare))),
      times(ratioOf(others.at(-1), bare)),
    ];
  });
  const head = [
    'allocator',
    'threads',
    'batch',
    'bare',
    'bare again / bare',
    'forwarding adds',
    'calling adds',
    'least counting adds',
    'asking sizes adds',
    'meter adds',
    'meter / bare',
  ];
  return markdownTable([head, ...rows], { align: ['l', ...Array(10).fill('r')] });
}

function profilerTable(groups) {
  const rows = groups.flatMap((cells) => {
    const { allocator, threads, depth } = cells[0];
    const bare = valuesOf(cells, 'bare', 'cpuNs');
    return [...new Set(cells.map(({ variant }) => variant))].sort(bareFirst).map((variant) => {
      const values = valuesOf(cells, variant, 'cpuNs');
      const added =
        variant === 'bare' ? [missing, missing] : [nanoseconds(differenceOf(values, bare)), times(ratioOf(values, bare))];
      return [allocator, String(threads), String(depth), variant, nanoseconds(medianOf(values)), ...added];
    });
  });
  return markdownTable([['allocator', 'threads', 'stack', 'tool', 'a pair', 'adds', '/ bare'], ...rows], {
    align: ['l', 'r', 'r', 'l', 'r', 'r', 'r'],
  });
}

const bareFirst = (a, b) => Number(b === 'bare') - Number(a === 'bare') || a.localeCompare(b);

function verdict(raw) {
  const find = (kind, allocator, shape) =>
    groupsOf(raw, kind).find(
      ([cell]) => cell.allocator === allocator && cell.threads === shape.threads && cell.batch === 1 && cell.depth === shape.depth,
    );
  const of = (cells, variant) => valuesOf(cells, variant, 'cpuNs');
  const lines = Object.entries(aims.bare).flatMap(([allocator, aim]) =>
    threadCounts.flatMap((threads) => bareLine(find('counting', allocator, { threads, depth: 0 }), aim)),
  );
  for (const depth of [0, 32]) {
    const cells = find('profilers', 'glibc', { threads: 1, depth });
    const below = cells && addedRatioOf(of(cells, 'heaptrack'), of(cells, 'meter'), of(cells, 'bare'));
    if (below)
      lines.push(
        `- At least ${aims.heaptrack}× below heaptrack (glibc, 1 thread, stack ${depth}): ${judge(below, (value) => value >= aims.heaptrack)}, it adds ${times(below, 0)} what the meter adds.`,
      );
  }
  lines.push(...scanLine(raw));
  return lines.length === 0 ? '' : `Aims:\n\n${lines.join('\n')}`;
}

/** What the meter costs in multiples of the bare allocator, and where that is too much, what the floors cost. */
function bareLine(cells, aim) {
  if (!cells) return [];
  const [bare, ...others] = countingVariants.map((variant) => valuesOf(cells, variant, 'cpuNs'));
  const [, look, least, , meter] = others.map((values) => ratioOf(values, bare));
  if (!meter) return [];
  const { allocator, threads } = cells[0];
  const isMet = (value) => value <= aim;
  const floors = [look && `calling alone costs ${times(look)}`, least && `the least counting ${times(least)}`].filter(Boolean);
  const limit = isMet(meter.high) ? '' : ` The floor: ${floors.join(', ')}.`;
  const count = threads === 1 ? '1 thread' : `${threads} threads`;
  return [`- At most ${aim}× of bare ${allocator}, ${count}: ${judge(meter, isMet)}, ${times(meter)}.${limit}`];
}

function scanLine({ scans }) {
  const ratio = ratioOf(...['meter', 'bare'].map((variant) => valuesOf(scans, variant, 'cpuMs')));
  if (!ratio) return [];
  const verdict = ratio.samples < fewestPairs ? 'too few rounds to tell' : judgeWithin(ratio, scanAim);
  return [
    `- A JVM's scan within ±${100 * scanAim} % of processor time: **${verdict}**, ${times(ratio, 3)}, ${ratio.samples} pairs.`,
  ];
}

function scan({ scans, passes }) {
  const figure = (key) => {
    const [bare, again, meter] = ['bare', 'bare again', 'meter'].map((variant) => valuesOf(scans, variant, key));
    const ratio = ratioOf(meter, bare);
    const noise = ratioOf(again, bare);
    return (
      ratio && {
        ratio,
        text: `${milliseconds(medianOf(bare))} without, ${milliseconds(medianOf(meter))} with the meter; ratio, pair by pair, ${times(ratio, 3)}${noise ? `, and of bare to bare ${times(noise, 3)}` : ''}`,
      }
    );
  };
  const [cpu, wall] = ['cpuMs', 'wallMs'].map(figure);
  if (!cpu || !wall) return 'Not measured: see below.';
  return [
    `The reproducer's scan on glibc, 8 threads, ${passes} passes, ${cpu.ratio.samples} pairs in random order: as many as decide the aim, or as there may be.`,
    `- Processor time of the whole JVM: ${cpu.text}.`,
    `- Duration of the scan: ${wall.text}.`,
  ].join('\n\n');
}

function problems({ cells, scans }) {
  const bad = [...cells, ...scans.map((cell) => ({ ...cell, allocator: 'JVM scan' }))].filter(({ state }) => state !== 'ok');
  if (bad.length === 0) return '';
  const counts = new Map();
  for (const { allocator, variant, state, reason } of bad) {
    const line = `${allocator}, ${variant}: ${state}: ${reason}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return ['### Runs that gave no figure', ...[...counts].map(([line, count]) => `- ${line} (${count} runs)`)].join('\n\n');
}

/** Met or missed when the whole interval is on one side of the aim. */
function judge({ low, high, samples }, isMetBy) {
  if (samples < fewestPairs) return '**too few rounds to tell**';
  if (isMetBy(low) && isMetBy(high)) return '**met**';
  return isMetBy(low) || isMetBy(high) ? '**not decided**, the interval has the aim inside' : '**missed**';
}

const milliseconds = (estimate) => (estimate ? `${Math.round(estimate.median).toLocaleString('en-US')} ms` : missing);

function nanoseconds(estimate) {
  if (!estimate) return missing;
  const digits = Math.abs(estimate.median) < 100 ? 1 : 0;
  return `${fixed(estimate.median, digits)} (${fixed(estimate.low, digits)} to ${fixed(estimate.high, digits)})`;
}

function times(estimate, digits = 2) {
  if (!estimate) return missing;
  const { median, low, high } = estimate;
  return `${fixed(median, digits)}× (${fixed(low, digits)} to ${fixed(high, digits)})`;
}

function fixed(number, digits) {
  if (!Number.isFinite(number)) return '∞';
  return number.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
