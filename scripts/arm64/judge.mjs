// What each trial (trials.sh) has to have found, and what it found.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAnswer } from '../matrix/ask.mjs';
import { checkAnswers, questions } from '../matrix/checks.mjs';
import { judgeGuard, judgeRepro } from '../matrix/run-checks.mjs';

const mib = 2 ** 20;

/** The JVMs of trials.sh. */
const jvms = [
  ['g1', 'G1', { collector: 'G1' }],
  ['zgc', 'ZGC', { collector: 'ZGC' }],
  ['wide', 'Serial, neither oops nor class pointers compressed', { collector: 'Serial' }],
];

/**
 * @param {string} folder where the trials have left their files
 * @param {string[]} units names of the unit tests
 * @returns {{ what: string, found: string, fault?: string }[]} `fault`: what is not as it should be
 */
export function judge(folder, units) {
  const read = (name) => readFileSync(join(folder, name), 'utf8');
  const run = (name) => {
    const output = read(`${name}.out`);
    return { status: Number(read(`${name}.status`)), output, errors: read(`${name}.err`), json: parseAnswer(output) };
  };
  const rows = [
    attempt('the machine', () => ({
      found: `${read('machine').trim()}, emulated; offheap ${read('version.out').trim()}`,
      faults: [],
    })),
    attempt('native unit tests', () => judgeUnits(units.map((name) => [name, run(`unit-${name}`)]))),
    ...jvms.flatMap(([name, title, expected]) => judgeJvm(title, expected, (question) => run(`${name}-${question}`))),
    attempt('guard, with the meter', () => {
      const { faults, figures } = judgeGuard(join(folder, 'guard.json'), run('guard'));
      return { found: `${toMib(figures?.liveBytes)} MiB live`, faults };
    }),
    attempt('repro', () => {
      const { faults, figures } = judgeRepro(join(folder, 'repro.json'), run('repro'));
      return {
        found: `${toMib(figures?.burstBytes)} MiB left by the scan, ${toMib(figures?.leftBytes)} after the collection`,
        faults,
      };
    }),
  ];
  return rows.map(({ faults, ...row }) => (faults.length === 0 ? row : { ...row, fault: faults.join('; ') }));
}

function judgeUnits(runs) {
  const failed = runs.filter(([, { status }]) => status !== 0);
  return {
    found: `${runs.length - failed.length} of ${runs.length} programs`,
    faults: failed.map(([name, { status, output, errors }]) => `${name}: status ${status}, ${lastLine(errors || output)}`),
  };
}

function judgeJvm(title, expected, answer) {
  try {
    const answers = Object.fromEntries(Object.keys(questions).map((name) => [name, answer(name)]));
    const checks = checkAnswers(answers, { feature: 17, glibc: '2.36', hasNmt: false, isSlow: true, ...expected }, true);
    return Object.entries(checks).map(([check, { faults, figures = {} }]) => ({
      ...{ what: `${check}: ${title}`, found: figureOf(check, figures), faults },
    }));
  } catch (error) {
    return [{ what: title, found: '', faults: [lastLine(error.message)] }];
  }
}

function figureOf(check, figures) {
  const { rssBytes, unexplainedBytes, inflaters, census, zlib, predictedBytes, actualBytes } = figures;
  if (check === 'doctor') return `${toMib(rssBytes)} MiB, of which ${toMib(unexplainedBytes)} unexplained`;
  if (check === 'owners') return `${inflaters?.held} Inflaters held, ${inflaters?.waiting} wait`;
  if (check === 'histo') return `${census?.inflaters} Inflaters`;
  if (check === '--gc') return `of ${zlib?.statesBefore} Inflaters ${zlib?.statesAfter} left`;
  return `${toMib(actualBytes)} MiB, ${toMib(predictedBytes)} predicted`;
}

function attempt(what, look) {
  try {
    return { what, ...look() };
  } catch (error) {
    return { what, found: '', faults: [lastLine(error.message)] };
  }
}

const toMib = (bytes) => (bytes / mib).toFixed(2);
const lastLine = (text) => text.trim().split('\n').at(-1);
