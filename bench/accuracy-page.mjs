// Writes the tables of docs/accuracy.md from bench/results/accuracy.json. Alone: node bench/accuracy-page.mjs
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdownTable } from 'markdown-table';
import { max, median, min } from 'simple-statistics';
import { writePart } from '../scripts/lib/doc-part.mjs';
import { trimKinds } from './lib/trim-kinds.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const pageBytes = 4096;
const mib = (bytes) => (bytes / 1_048_576).toFixed(0);
const percent = (share) => (100 * share).toFixed(2);
const signed = (share) => (share > 0 ? '+' : '') + percent(share);
const alignment = (count) => ['l', ...Array(count - 1).fill('r')];
const table = (head, rows) => markdownTable([head, ...rows], { align: alignment(head.length) });
const isStill = ({ moves }) => !moves;

const runsOf = ({ kinds }, kind) => kinds.find(({ name }) => name === kind)?.runs ?? [];

/** The worst and the median, whatever their sign. */
function errorCell(runs) {
  if (runs.length === 0) return '–';
  const errors = runs.map(({ errorShare }) => Math.abs(errorShare));
  return `${percent(max(errors))} (${percent(median(errors))})`;
}

function errorTable(measured) {
  const names = trimKinds.filter(isStill).map(({ name }) => name);
  const rows = measured.map((glibc) => [glibc.version, ...names.map((name) => errorCell(runsOf(glibc, name)))]);
  return table(['glibc', ...names], rows);
}

function movingTable(measured, kind) {
  const rows = measured.map((glibc) => {
    const runs = runsOf(glibc, kind);
    const shares = (pick) => runs.map((run) => pick(run) / run.rssBytes);
    const errors = shares(({ predictedBytes, returnedBytes }) => predictedBytes - returnedBytes);
    const free = shares(({ freeAgainBytes }) => freeAgainBytes);
    const touched = shares(({ minorFaults }) => minorFaults * pageBytes);
    const rest = errors.map((error, index) => error - free[index]);
    return [glibc.version, spread(errors), percent(median(free)), spread(rest), percent(median(touched))];
  });
  return table(['glibc', 'error', 'free again', 'error less that', 'touched meanwhile'], rows);
}

const spread = (errors) => `${signed(median(errors))} (${signed(min(errors))} to ${signed(max(errors))})`;

/** How large the programs were, and what their trim gave back: an error of nothing would be small too. */
function sizeTable(measured) {
  const rows = trimKinds.map(({ name }) => {
    const runs = measured.flatMap((glibc) => runsOf(glibc, name));
    const range = (pick) => `${mib(min(runs.map(pick)))} to ${mib(max(runs.map(pick)))}`;
    return [name, String(runs.length), range(({ rssBytes }) => rssBytes), range(({ returnedBytes }) => returnedBytes)];
  });
  return table(['kind', 'runs', 'RSS, MiB', 'given back, MiB'], rows);
}

function tables({ takenAt, kernel, cpus, cpu, node, glibcs }) {
  const measured = glibcs.filter(({ skipped }) => skipped === undefined);
  const skipped = glibcs.filter(({ skipped: reason }) => reason !== undefined);
  const most = max(measured.flatMap(({ kinds }) => kinds.map(({ runs }) => runs.length)));
  return [
    `${cpus} × ${cpu}, Linux ${kernel}, Node ${node}, ${takenAt.slice(0, 10)}. ${most} runs of each kind, each with a seed of its own.`,
    'The error in % of RSS, the worst and in parentheses the median:',
    errorTable(measured),
    ...trimKinds
      .filter(({ moves }) => moves)
      .flatMap(({ name }) => [`*${name}*, in % of RSS, the median and in parentheses the range:`, movingTable(measured, name)]),
    'The programs:',
    sizeTable(measured),
    `The builds: ${measured.map(({ title, build }) => `${build} (${title})`).join(', ')}.`,
    ...skipped.map(({ version, skipped: reason }) => `Not measured: glibc ${version}, ${reason}.`),
  ].join('\n\n');
}

export function writeAccuracyPage() {
  writePart('accuracy', tables(JSON.parse(readFileSync(join(root, 'bench', 'results', 'accuracy.json'), 'utf8'))), 'accuracy.md');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeAccuracyPage();
