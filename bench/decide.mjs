// How often `offheap compare` decides right: a thousand experiments on each of some programs that are made, so that the right answer is known. Nothing is run.
// Usage: npm run bench:decide [-- --quick]
import { markdownTable } from 'markdown-table';
import { decide } from '../dist/stats/decide.js';
import { reproduction, runBenchmark } from './lib/bench.mjs';
import { cellOf, programs } from './lib/made-programs.mjs';

const reference = 'glibc';
/** The default of --max-repeats, and what somebody may give who wants to know. */
const limits = [20, 100];
const aim = 0.95;

/** Rounds until all is decided, as src/experiment/experiment.ts runs them. */
function experiment(program, mostRounds, random) {
  const order = Object.keys(program.effects);
  const cells = [];
  let judgement = { open: order };
  for (let repeat = 1; repeat <= mostRounds && judgement.open.length > 0; repeat++) {
    cells.push(...judgement.open.map((key) => cellOf(program, { key, repeat, random })));
    judgement = decide(cells, { order, reference });
  }
  const { state, configuration } = judgement.decision;
  const rounds = Math.max(...cells.map(({ repeat }) => repeat));
  return { answer: state === 'change' ? configuration : state, rounds, cells: cells.length };
}

function simulate(program, { mostRounds, count, random }) {
  const runs = Array.from({ length: count }, () => experiment(program, mostRounds, random));
  const those = (isSo) => runs.filter(({ answer }) => isSo(answer)).length;
  const sum = (key) => runs.reduce((total, run) => total + run[key], 0);
  const { name, right } = program;
  return {
    ...{ name, right, mostRounds, count },
    decidedRight: those((answer) => right.includes(answer)),
    undecided: those((answer) => answer === 'undecided'),
    decidedWrong: those((answer) => answer !== 'undecided' && !right.includes(answer)),
    rounds: sum('rounds') / count,
    cellShare: sum('cells') / (count * mostRounds * Object.keys(program.effects).length),
  };
}

function measure({ isQuick, random, onRound }) {
  const count = isQuick ? 100 : 1000;
  return {
    experiments: programs.flatMap((program, index) => {
      onRound('made programs', programs.length)(index);
      return limits.map((mostRounds) => simulate(program, { mostRounds, count, random }));
    }),
  };
}

/** Where nothing is to be changed, an undecided run changes nothing either. */
function isMet({ right, decidedRight, undecided, count }) {
  return (decidedRight + (right.includes('keep') ? undecided : 0)) / count >= aim;
}

function render({ experiments }) {
  const percent = (part, whole) => `${((100 * part) / whole).toFixed(1)} %`;
  const [most] = limits;
  const rows = experiments
    .filter(({ mostRounds }) => mostRounds === most)
    .map((run) => {
      const longer = experiments.find(({ name, mostRounds }) => name === run.name && mostRounds === limits[1]);
      return [
        run.name,
        run.right.join(' or '),
        ...[run.decidedRight, run.undecided, run.decidedWrong].map((part) => percent(part, run.count)),
        `${run.rounds.toFixed(1)} (${Math.round(run.cellShare * 100)} %)`,
        isMet(run) ? 'met' : '**missed**',
        `${percent(longer.decidedRight, longer.count)}, ${percent(longer.decidedWrong, longer.count)}, ${longer.rounds.toFixed(0)}`,
      ];
    });
  const head = [
    'program',
    'right',
    'decided right',
    'undecided',
    'decided wrong',
    'rounds (cells)',
    '95 %',
    `up to ${limits[1]}: right, wrong, rounds`,
  ];
  const known = experiments.filter(({ mostRounds }) => mostRounds === most);
  const missed = known.filter((run) => !isMet(run)).map(({ name }) => name);
  const verdict =
    missed.length === 0
      ? '**met**'
      : `**missed**, in ${known.length - missed.length} of them; not where ${missed.join(', nor where ')}`;
  return `## How often compare decides right

- The right recommendation in at least ${aim * 100} % of the experiments, for each of ${known.length} programs: ${verdict}.

${experiments[0].count.toLocaleString('en-US')} experiments on each of ${rows.length} made programs, of four configurations each, with up to ${most} rounds: \`glibc\`, the reference, and \`a\`, \`b\` and \`c\`.
What a cell measures is drawn, so the right answer is known. The decision is the program's own (\`src/stats/decide.ts\`), by its default rules. Runs of one configuration differ by 1.5 %
of settled RSS, 2 % of load time and 1.5 % of CPU time; on a busy machine by 3, 8 and 5 %. These are standard deviations.

${markdownTable([head, ...rows], { align: ['l', 'l', 'r', 'r', 'r', 'r', 'l', 'r'] })}

\`keep\`: nothing is to be changed. There an undecided run is no fault, since it recommends nothing. "Cells" are those that were run, of all that ${most} rounds of all configurations have.
"95 %": the right recommendation or, where nothing is to be changed, no other one, in at least 95 % of the experiments. On a busy machine the time of the load has to be seen not to
grow by 5 %, and its runs differ by more: that takes more rounds, and the run says how many.

${reproduction('decide')}`;
}

await runBenchmark('decide', { measure, render });
