// Writes the inspector's section of BENCHMARKS.md from bench/results/inspect.json. Alone: node bench/inspect-section.mjs
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdownTable } from 'markdown-table';
import { median, quantile } from 'simple-statistics';
import { writeSection } from './lib/section.mjs';

const mib = (bytes) => Math.round(bytes / 1_048_576).toLocaleString('en-US');

function shapeRow({ name, skipped, heaps, chunks, rssBytes, before, after, rounds, gdb }) {
  if (skipped) return [name, `not run: ${skipped}`];
  const ratios = rounds.map(({ inspectMs, copyMs }) => inspectMs / copyMs);
  const sample = rounds.at(-1).sample;
  return [
    name,
    mib(rssBytes),
    chunks.toLocaleString('en-US'),
    sample ? `${sample.heapsWalked} of ${sample.heapsTotal}` : String(heaps),
    median(rounds.map(({ inspectMs }) => inspectMs)).toFixed(0),
    median(rounds.map(({ copyMs }) => copyMs)).toFixed(0),
    `${median(ratios).toFixed(2)} (${quantile(ratios, 0.25).toFixed(2)}–${quantile(ratios, 0.75).toFixed(2)})`,
    gdb ? `${gdb.walkMs.toFixed(0)} (${gdb.stoppedMs.toFixed(0)})` : '–',
    `${after.rssBytes - before.rssBytes} / ${after.minorFaults - before.minorFaults} / ${after.pageTableBytes - before.pageTableBytes}`,
  ];
}

function section(result) {
  const { shapes, busy } = result;
  const head = [
    'heap',
    'resident MiB',
    'chunks',
    'heaps walked',
    'inspect ms',
    'copy ms',
    'ratio, median (quartiles)',
    'gdb ms (in all)',
    'RSS / faults / tables',
  ];
  const align = head.map((_, index) => (index === 0 ? 'l' : 'r'));
  const consistencies = busy.looks.map(({ consistency }) => consistency);
  return [
    '## Heap inspector',
    '',
    `${result.cpus} × ${result.cpu}, Linux ${result.kernel}, Node ${result.node}, ${result.takenAt.slice(0, 10)}. Again: \`npm run bench:inspect\`; raw data in bench/results/inspect.json.`,
    '',
    `${shapes[0].rounds.length} pairs each of an inspection (\`inspectHeap\`, all of it) and of a copy of all resident pages of the same ranges by process_vm_readv, in turns.`,
    'The last column is by how much RSS, minor faults and page tables of the target changed over all of them, in bytes and faults.',
    '',
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
  writeSection('inspect', section(JSON.parse(readFileSync(join(root, 'bench', 'results', 'inspect.json'), 'utf8'))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeInspectSection();
