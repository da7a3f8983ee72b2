// Writes the section of `offheap owners` in BENCHMARKS.md from bench/results/owners.json. Alone: node bench/owners-section.mjs
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdownTable } from 'markdown-table';
import { median } from 'simple-statistics';
import { medianOf } from './lib/estimate.mjs';
import { writeSection } from './lib/section.mjs';
import { interval, judge, times } from './lib/section-table.mjs';

const gib = 1_073_741_824;
const aims = { mallocSeconds: 0.5, javaSeconds: 0.4, ratio: 1.5 };

/** The median with its interval; of fewer than three the median alone. */
function middle(values) {
  const estimate = medianOf(values);
  return estimate ? interval(estimate, (value) => value.toFixed(2)) : median(values).toFixed(2);
}

const perGib = (rounds, msOf, bytesOf) => rounds.map((round) => (msOf(round) / 1000 / bytesOf(round)) * gib);
const copied = ({ copiedBytes }) => copiedBytes;
const copyOf = (rounds) => perGib(rounds, ({ copyMs }) => copyMs, copied);

/** Each figure by its median and quartiles, in seconds a GiB of what was copied or read. */
function mallocFigures(rounds) {
  const copy = copyOf(rounds);
  const follow = perGib(rounds, ({ times }) => times.pointersMs, copied);
  const both = perGib(rounds, ({ times }) => times.blocksMs + times.pointersMs, copied);
  const cpu = perGib(rounds, ({ cpuMs }) => cpuMs, copied);
  return { copy, follow, both, cpu, ratio: follow.map((seconds, index) => seconds / copy[index]) };
}

function javaFigures(rounds) {
  const copy = copyOf(rounds);
  const heap = perGib(
    rounds,
    ({ times }) => times.javaHeapMs,
    ({ heapBytes }) => heapBytes,
  );
  return {
    copy,
    heap,
    ratio: heap.map((seconds, index) => seconds / copy[index]),
    whole: rounds.map(({ durationMs }) => durationMs / 1000),
  };
}

function mallocTable(shapes) {
  const rows = shapes.map(({ name, rounds }) => {
    const { copy, follow, both, cpu, ratio } = mallocFigures(rounds);
    const blocks = rounds[0].liveBlocks.toLocaleString('en-US');
    return [name, blocks, middle(copy), middle(follow), middle(ratio), middle(both), middle(cpu)];
  });
  const head = [
    'blocks of malloc',
    'blocks',
    'copy',
    'following',
    'following / copy',
    'finding and following',
    'processor time of all',
  ];
  return markdownTable([head, ...rows], { align: ['l', ...head.slice(1).map(() => 'r')] });
}

function javaTable(heaps) {
  const rows = heaps.map(({ name, rounds }) => {
    const { copy, heap, ratio, whole } = javaFigures(rounds);
    const read = Math.round(rounds[0].heapBytes / 1_048_576).toLocaleString('en-US');
    return [name, read, middle(copy), middle(heap), middle(ratio), middle(whole)];
  });
  const head = ['Java heap', 'MiB read', 'copy', 'Java heap', 'Java heap / copy', 'the whole look, s'];
  return markdownTable([head, ...rows], { align: ['l', ...head.slice(1).map(() => 'r')] });
}

function verdict(what, values, aim, unit) {
  return `- ${what}, at most ${aim}${unit}: ${judge(medianOf(values), (value) => value <= aim)}, ${middle(values)}.`;
}

/** The same memory copied again at once: what the machine adds to the ratios. */
function noise(shapes) {
  const ratios = shapes.flatMap(({ rounds }) => rounds.map(({ copyMs, copyAgainMs }) => copyAgainMs / copyMs));
  return `Noise: the copy beside itself in the same pairs, ${times(medianOf(ratios))}.`;
}

const microseconds = (ns) => ns / 1000;

/** Of a loop that maps and unmaps memory at each request, rounds with a look each second and rounds without. */
function lookedAtTable(rounds) {
  const rate = ({ requests, ms }) => (requests / ms) * 1000;
  const figures = [
    ['requests a second', rate],
    ['median latency, µs', ({ medianNs }) => microseconds(medianNs)],
    ['p99 latency, µs', ({ p99Ns }) => microseconds(p99Ns)],
    ['longest, ms', ({ longestNs }) => longestNs / 1e6],
  ];
  const rows = figures.map(([name, of]) => {
    const ratios = rounds.map(({ quiet, looked }) => of(looked) / of(quiet));
    const [quiet, looked] = ['quiet', 'looked'].map((which) => middle(rounds.map((round) => of(round[which]))));
    return [name, quiet, looked, middle(ratios)];
  });
  return markdownTable([['', 'without', 'a look each second', 'ratio of pairs'], ...rows], { align: ['l', 'r', 'r', 'r'] });
}

function dumpTable(dumps, core) {
  const mib = (bytes) => Math.round(bytes / 1_048_576).toLocaleString('en-US');
  const row = (name, rounds) => [
    name,
    middle(rounds.map(({ tookMs }) => tookMs / 1000)),
    middle(rounds.map(({ longestNs }) => longestNs / 1e6)),
    mib(median(rounds.map(({ bytes }) => bytes))),
  ];
  const rows = [
    row(
      'offheap owners, with holders',
      dumps.map(({ owners }) => owners),
    ),
    row(
      'jcmd GC.heap_dump',
      dumps.map(({ dump }) => dump),
    ),
    ...(core ? [row('gcore, for chap', [core.taken])] : []),
  ];
  return markdownTable([['', 'took, s', 'longest request meanwhile, ms', 'MiB written'], ...rows], { align: ['l', 'r', 'r', 'r'] });
}

function costSection({ rounds, dumps, core, rssKib }) {
  const looks = median(rounds.flatMap(({ looked }) => looked.looksMs)) / 1000;
  return [
    '### What a look costs the one looked at',
    '',
    `A JVM of ${Math.round(rssKib / 1024).toLocaleString('en-US')} MiB, with 1 GiB of Java heap in use and 20,000 Inflaters. One thread serves requests, each of which maps a MiB, writes into it and`,
    `unmaps it. ${rounds.length} pairs of rounds of 3 s. A look takes ${looks.toFixed(2)} s here, on two threads, so on two processors it also takes processor time from the loop.`,
    '',
    lookedAtTable(rounds),
    '',
    'The same JVM, by what else tells who holds what; the loop goes on meanwhile. A heap dump knows no block of malloc, and chap no Java object:',
    '',
    dumpTable(dumps, core),
    '',
    core
      ? `chap then read the core in ${(core.readMs / 1000).toFixed(1)} s (\`summarize used\` and \`count leaked\`).`
      : 'chap was not installed.',
  ];
}

function section({ cpus, cpu, kernel, node, takenAt, loadBefore, jdk, shapes, javaHeaps, lookedAt }) {
  const malloc = mallocFigures(shapes[0].rounds);
  const java = javaHeaps.map(({ name, rounds }) => ({ name, ...javaFigures(rounds) }));
  return [
    '## Owners',
    '',
    `${cpus} × ${cpu}, Linux ${kernel}, Node ${node}, ${jdk}, ${takenAt.slice(0, 10)}. Again: \`npm run bench:owners\`; raw data in bench/results/owners.json.`,
    '',
    `${shapes[0].rounds.length} pairs each of a look (\`observeOwners\`, all of it) and of a copy of the resident pages of the same memory by process_vm_readv, in turns.`,
    'Seconds a GiB, medians with 95 % intervals. *Finding*: the walk through malloc’s heaps. *Following*: reading the blocks and what they point to.',
    `When it began, ${loadBefore.toFixed(1)} other threads wanted the ${cpus} processors: the more there are, the less a second thread gains.`,
    '',
    mallocTable(shapes),
    '',
    'A Java heap of which 1 GiB is in use, with 80,000 direct buffers and 20,000 Inflaters:',
    '',
    javaTable(javaHeaps),
    '',
    noise([...shapes, ...javaHeaps]),
    '',
    'Aims:',
    '',
    verdict(`Finding and following the blocks (${shapes[0].name})`, malloc.both, aims.mallocSeconds, ' s a GiB'),
    verdict('Following them, beside the copy', malloc.ratio, aims.ratio, '×'),
    ...java.map(({ name, heap }) => verdict(`The Java heap (${name})`, heap, aims.javaSeconds, ' s a GiB')),
    ...(lookedAt ? ['', ...costSection(lookedAt)] : []),
  ].join('\n');
}

const root = fileURLToPath(new URL('..', import.meta.url));

export function writeOwnersSection() {
  writeSection('owners', section(JSON.parse(readFileSync(join(root, 'bench', 'results', 'owners.json'), 'utf8'))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeOwnersSection();
