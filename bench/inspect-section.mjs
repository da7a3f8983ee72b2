// Writes the inspector's section of BENCHMARKS.md from bench/results/inspect.json. Alone: node bench/inspect-section.mjs
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdownTable } from 'markdown-table';
import { median, quantile } from 'simple-statistics';
import { estimateMedian } from '../dist/stats/bootstrap.js';
import { writeSection } from './lib/section.mjs';

const mib = (bytes) => Math.round(bytes / 1_048_576).toLocaleString('en-US');

const aims = { ratio: 1.1, freeRatio: 0.05, wholeSeconds: 1.5 };
const [mostlyFree, wholeMib] = ['Inflaters, 99 of 100 ended', 12_000];

const quartiles = (values, digits = 2) =>
  `${median(values).toFixed(digits)} (${quantile(values, 0.25).toFixed(digits)}–${quantile(values, 0.75).toFixed(digits)})`;
const ratios = (rounds, name = 'copyMs') => rounds.map((round) => round.inspectMs / round[name]);
const wasWhole = ({ rounds }) => rounds.every(({ sample, unreadableBytes }) => sample === undefined && unreadableBytes === 0);

function shapeRow({ name, skipped, heaps, chunks, rssBytes, before, after, rounds, gdb }) {
  if (skipped) return [name, `not run: ${skipped}`];
  const sample = rounds.at(-1).sample;
  return [
    name,
    mib(rssBytes),
    chunks.toLocaleString('en-US'),
    sample ? `${sample.heapsWalked} of ${sample.heapsTotal}` : String(heaps),
    median(rounds.map(({ inspectMs }) => inspectMs)).toFixed(0),
    median(rounds.map(({ copyMs }) => copyMs)).toFixed(0),
    quartiles(ratios(rounds)),
    quartiles(ratios(rounds, 'copyByAllMs')),
    quartiles(rounds.map(({ copyMs, copyAgainMs }) => copyAgainMs / copyMs)),
    gdb ? `${gdb.walkMs.toFixed(0)} (${gdb.stoppedMs.toFixed(0)})` : '–',
    `${after.rssBytes - before.rssBytes} / ${after.minorFaults - before.minorFaults} / ${after.pageTableBytes - before.pageTableBytes}`,
  ];
}

const said = ({ median: middle, low, high }, digits) =>
  `${middle.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;

/** Met or missed where the whole 95 % interval of the median is on one side of the aim. */
function aim(text, limit, values, { digits = 2, unit = '', isWhole = true, of = '' } = {}) {
  const figure = estimateMedian(values);
  const verdict =
    !isWhole || figure.low > limit
      ? '**missed**'
      : figure.high <= limit
        ? '**met**'
        : '**not decided**, the interval has the aim inside';
  return `- ${text}: ${verdict}, ${said(figure, digits)}${unit}${of}${isWhole ? '' : ', not whole'}.`;
}

function aimLines(shapes) {
  const run = shapes.filter(({ skipped }) => !skipped);
  const worst = run.reduce((most, shape) => (median(ratios(shape.rounds)) > median(ratios(most.rounds)) ? shape : most));
  const free = run.find(({ name }) => name === mostlyFree);
  const whole = shapes
    .filter(({ threads, mib: each, skipped, name }) => (skipped ? name.includes('12 GiB') : Math.max(threads, 1) * each > wholeMib))
    .map((shape) => {
      if (shape.skipped) return `- ${shape.name}, whole within ${aims.wholeSeconds} s: not run, ${shape.skipped}.`;
      const seconds = shape.rounds.map(({ inspectMs }) => inspectMs / 1000);
      return aim(`${shape.name}, whole within ${aims.wholeSeconds} s`, aims.wholeSeconds, seconds, {
        unit: ' s',
        isWhole: wasWhole(shape),
      });
    });
  return [
    aim(
      `The walk beside a copy of the same memory by one thread, at most ${aims.ratio}× on every heap here`,
      aims.ratio,
      ratios(worst.rounds),
      { of: ` at worst, of “${worst.name}”` },
    ),
    aim(`Where most is free, at most ${aims.freeRatio}×`, aims.freeRatio, ratios(free.rounds), { digits: 3 }),
    ...whole,
  ];
}

/** Gigabytes a second of all copies of heaps that are resident to the last page. */
function bandwidth(shapes, name) {
  const rates = shapes
    .filter(({ skipped }) => !skipped)
    .flatMap(({ rounds }) => rounds.map((round) => round.copiedBytes / round[name] / 1e6));
  return `${quartiles(rates, 1)} GB/s`;
}

/** Where a copy by all processors gained next to nothing, others had them: the figures of these heaps are of one processor. */
function contended(shapes) {
  const names = shapes
    .filter(({ skipped, rounds }) => !skipped && median(rounds.map(({ copyMs, copyByAllMs }) => copyMs / copyByAllMs)) < 1.3)
    .map(({ name }) => `“${name}”`);
  return names.length === 0
    ? []
    : [
        `Other programs had a processor while these were measured, since a copy by all of them was hardly faster: ${names.join(', ')}.`,
        '',
      ];
}

export function inspectSection(result) {
  const { shapes, busy } = result;
  const head = [
    'heap',
    'resident MiB',
    'chunks',
    'heaps walked',
    'inspect ms',
    'copy ms',
    'inspect / copy',
    `inspect / copy by ${result.cpus}`,
    'copy / copy',
    'gdb ms (in all)',
    'RSS / faults / tables',
  ];
  const align = head.map((_, index) => (index === 0 ? 'l' : 'r'));
  const consistencies = busy.looks.map(({ consistency }) => consistency);
  const run = shapes.filter(({ skipped }) => !skipped);
  return [
    '## Heap inspector',
    '',
    ...aimLines(shapes),
    '',
    `${result.cpus} × ${result.cpu}, Linux ${result.kernel}, Node ${result.node}, ${result.takenAt.slice(0, 10)}. Again: \`npm run bench:inspect\`; raw data in bench/results/inspect.json.`,
    '',
    `${run[0].rounds.length} rounds each, ${Math.min(...run.map(({ rounds }) => rounds.length))} of the large ones, each of an inspection (\`inspectHeap\`, all of it), of two copies of all resident pages of the same ranges by`,
    `process_vm_readv into 512 KiB, and of a copy by ${result.cpus} threads. Each comes first in turn. Ratios are of one round, by their medians and quartiles. *copy / copy* is the`,
    'noise: the second copy beside the first. The last column is by how much RSS, minor faults and page tables of the target changed over all of them, in bytes and faults.',
    '',
    `This machine copies ${bandwidth(run, 'copyMs')} by one thread and ${bandwidth(run, 'copyByAllMs')} by ${result.cpus}, the page map included. The walk alone takes ${quartiles(result.hotNs, 1)} ns a chunk`,
    'of 16 to 128 bytes, over 256 KiB that stay in the cache: where a chunk is tells only the one before it. It comes on top of the copy, and both are spread over the',
    'processors. So beside a copy by as many threads the walk of the smallest blocks stays above 1.1×: that is its floor.',
    '',
    ...contended(shapes),
    '*gdb*: the same heaps walked chunk by chunk by a gdb script, once, and in parentheses with its start and attach, in which the process stands still for the most part; – where there are too many chunks for that.',
    '',
    markdownTable([head, ...shapes.map(shapeRow)], { align }),
    '',
    `${busy.walks.toLocaleString('en-US')} inspections of a program that allocates and frees on all cores as fast as it can: every one succeeded; ` +
      `consistency ${Math.min(...consistencies).toFixed(4)} at worst, ${median(consistencies).toFixed(4)} in the median; of the ${busy.kept.toLocaleString('en-US')} blocks that it keeps, ` +
      `${Math.min(...busy.looks.map(({ liveKept }) => liveKept)).toLocaleString('en-US')} were found by the worst; at most ${Math.max(...busy.looks.map(({ unreadableBytes }) => unreadableBytes)).toLocaleString('en-US')} bytes could not be read; ` +
      `${median(busy.looks.map(({ durationMs }) => durationMs)).toFixed(0)} ms in the median, ${Math.max(...busy.looks.map(({ durationMs }) => durationMs)).toFixed(0)} ms at most.`,
  ].join('\n');
}

const root = fileURLToPath(new URL('..', import.meta.url));

export function writeInspectSection() {
  writeSection('inspect', inspectSection(JSON.parse(readFileSync(join(root, 'bench', 'results', 'inspect.json'), 'utf8'))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeInspectSection();
