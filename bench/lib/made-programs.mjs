// Programs that do not exist: what a cell of each would measure, so that the right answer is known.
const mib = 1_048_576;
const baselineMiB = 200;
const loadMs = 30_000;
const cpuMs = 40_000;

/** Two uniform numbers → a normal one (Box and Muller). */
function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Student's t with three degrees of freedom, scaled to a deviation of 1: runs that are far off are not rare. */
function heavyTailed(random) {
  const squares = Array.from({ length: 3 }, () => normal(random) ** 2);
  return normal(random) / Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}

const noises = { normal, heavyTailed };

/**
 * A configuration by what it does to the reference's figures: `settled`, `time` and `cpu` are ratios.
 *
 * @typedef {{ settled?: number, time?: number, cpu?: number }} Effect
 */

/**
 * @param program `effects` of each configuration; `deviations` of one cell, as shares; `noise`; `drift` of the machine from round to round; `levels`: `[share of
 * cells, ratio]` of runs that settle at another level
 */
export function cellOf({ effects, deviations, noise = 'normal', drift = 0, levels }, { key, repeat, random }) {
  const { settled = 1, time = 1, cpu = 1 } = effects[key];
  const around = (deviation) => Math.exp(deviation * noises[noise](random));
  const slower = 1 + drift * repeat;
  const level = levels && random() < levels[0] ? levels[1] : 1;
  const sample = (atMs, rssMiB, usedMs) => ({ atMs, rssBytes: Math.round(rssMiB * mib), cpuMs: Math.round(usedMs / 10) * 10 });
  const burstMs = Math.round(loadMs * time * slower * around(deviations.time));
  return {
    ...{ configuration: key, allocator: key, settings: { env: {}, jvmFlags: [] }, repeat, state: 'ok', notes: [], burstMs },
    scenario: { name: 'command', command: ['made'], load: ['made'], gc: true, settleMs: 5000, step: false, graceMs: 1 },
    phases: {
      baseline: sample(1000, baselineMiB, 1000),
      loaded: sample(1000 + burstMs, 1000, 1000 + cpuMs * cpu * slower * around(deviations.cpu)),
      settled: sample(6000 + burstMs, 800 * settled * level * around(deviations.settled), 0),
    },
  };
}

const quiet = { settled: 0.015, time: 0.02, cpu: 0.015 };
const busy = { settled: 0.03, time: 0.08, cpu: 0.05 };
const alike = { glibc: {}, a: {}, b: {}, c: {} };

/** `right`: the keys that may be recommended, or `keep`. Where it is `keep`, an undecided run recommends nothing either. */
export const programs = [
  { name: 'no difference', effects: alike, deviations: quiet, right: ['keep'] },
  { name: 'no difference, on a busy machine', effects: alike, deviations: busy, right: ['keep'] },
  { name: 'no difference, runs far off are not rare', effects: alike, deviations: quiet, noise: 'heavyTailed', right: ['keep'] },
  {
    name: 'no difference, a fifth of the runs keeps 10 % more',
    effects: alike,
    deviations: quiet,
    levels: [0.2, 1.1],
    right: ['keep'],
  },
  { name: 'no difference, each round is 2 % slower', effects: alike, deviations: quiet, drift: 0.02, right: ['keep'] },
  { name: 'one saves 3 %: less than counts', effects: { ...alike, a: { settled: 0.97 } }, deviations: quiet, right: ['keep'] },
  {
    name: 'one saves 30 % and costs 20 % of time',
    effects: { ...alike, a: { settled: 0.7, time: 1.2 } },
    deviations: quiet,
    right: ['keep'],
  },
  {
    name: 'one saves 4.5 %: all but what counts',
    effects: { ...alike, a: { settled: 0.955 } },
    deviations: quiet,
    right: ['keep'],
  },
  {
    name: 'one saves 20 % and costs 6 % of time',
    effects: { ...alike, a: { settled: 0.8, time: 1.06 } },
    deviations: quiet,
    right: ['keep'],
  },
  { name: 'one saves 10 %', effects: { ...alike, a: { settled: 0.9 } }, deviations: quiet, right: ['a'] },
  { name: 'one saves 20 %', effects: { ...alike, a: { settled: 0.8 } }, deviations: quiet, right: ['a'] },
  {
    name: 'one saves 20 %, runs far off are not rare',
    effects: { ...alike, a: { settled: 0.8 } },
    deviations: quiet,
    noise: 'heavyTailed',
    right: ['a'],
  },
  {
    name: 'one saves 20 %, each round is 2 % slower',
    effects: { ...alike, a: { settled: 0.8 } },
    deviations: quiet,
    drift: 0.02,
    right: ['a'],
  },
  {
    name: 'one saves 30 % and costs 20 % of time, one saves 15 %',
    effects: { ...alike, a: { settled: 0.7, time: 1.2 }, b: { settled: 0.85 } },
    ...{ deviations: quiet, right: ['b'] },
  },
  {
    name: 'one saves 30 %, one 20 %',
    effects: { ...alike, a: { settled: 0.7 }, b: { settled: 0.8 } },
    ...{ deviations: quiet, right: ['a'] },
  },
  {
    name: 'two save 30 and 31 %',
    effects: { ...alike, a: { settled: 0.7 }, b: { settled: 0.69 } },
    deviations: quiet,
    right: ['a', 'b'],
  },
  { name: 'one saves 20 %, on a busy machine', effects: { ...alike, a: { settled: 0.8 } }, deviations: busy, right: ['a'] },
];
