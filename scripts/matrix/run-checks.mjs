// What offheap has to measure of programs that it starts itself, in a root: guard with the meter, and repro.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { offheap } from './ask.mjs';
import { known } from './known.mjs';
import { heapFlags } from './program.mjs';
import { commandIn, makeScratch } from './start.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The libraries of the package: those of a checkout need this machine's glibc or a newer one. */
const preload = { OFFHEAP_PRELOAD_DIR: join(root, 'prebuilds', 'linux-x64') };
const oldestRepro = 17;
/** Inflaters that its scan leaves to the collector, of 4,000; that may come meanwhile. */
const leastLeaked = 500;
/** An Inflater that has been used, and a direct buffer, as a program asks malloc for them. */
const [inflaterBytes, bufferBytes] = [39_928, 65_537];
const knownBytes = known.inflaters.all * inflaterBytes + known.buffers * bufferBytes;
/** The JVM's own. */
const mostOwnBytes = 48 << 20;

/** @param place as of commandIn, less its scratch folder */
export function checkRuns(place, classes, feature) {
  const runs = { guard: checkGuard(place, classes) };
  return feature >= oldestRepro ? { ...runs, repro: checkRepro(place) } : runs;
}

/** Of `offheap guard`, before the program, which is `java … Known stay`. */
export const guardOptions = [
  ...['--quiet', `--max-live=${knownBytes + mostOwnBytes}`, '--max-settled=1g'],
  ...['--ready=ready pid=', '--duration=1s', '--settle=500ms'],
];
export const reproOptions = ['--quiet', '--allocator=glibc', '--streams=4000', '--heap=128m', '--settle=1s'];

function checkGuard(place, classes) {
  return inScratch((scratch, results) => {
    const java = commandIn({ ...place, scratch, same: [classes, preload.OFFHEAP_PRELOAD_DIR] });
    const program = [...java, ...heapFlags, '-cp', classes, 'Known', 'stay'];
    const done = offheap(['guard', ...guardOptions, '--timeout=90s', `--results=${results}`, '--', ...program], preload);
    return judgeGuard(results, done);
  });
}

/** @param {string} results the file that it wrote */
export function judgeGuard(results, { status, errors }) {
  const { cell, faults } = readCell(results, errors);
  if (!cell) return { faults };
  if (status !== 0) faults.push(`status ${status}`);
  const { liveBytes } = cell.phases.settled ?? {};
  const isKnown = liveBytes >= knownBytes && liveBytes <= knownBytes + mostOwnBytes;
  if (!isKnown) faults.push(`live bytes: expected ${knownBytes} and those of the JVM, found ${liveBytes}`);
  return { faults, figures: { liveBytes, knownBytes, library: cell.provenance?.allocatorLibrary } };
}

function checkRepro(place) {
  return inScratch((scratch, results) => {
    const home = join(dirname(results), 'jdk');
    const same = [root.replace(/\/$/, ''), dirname(results)];
    makeLauncher(home, commandIn({ ...place, scratch, same }));
    return judgeRepro(results, offheap(['repro', ...reproOptions, `--results=${results}`, `--java=${home}`], preload));
  });
}

/** @param {string} results the file that it wrote */
export function judgeRepro(results, { status, errors }) {
  const { cell, faults } = readCell(results, errors);
  if (!cell) return { faults };
  if (status !== 0) faults.push(`status ${status}`);
  const { baseline, loaded, settled } = cell.phases;
  const burstBytes = loaded?.liveBytes - baseline?.liveBytes;
  const leftBytes = settled?.liveBytes - baseline?.liveBytes;
  if (!(burstBytes >= leastLeaked * inflaterBytes)) faults.push(`live bytes of the scan: ${burstBytes}`);
  if (!(leftBytes <= burstBytes / 5)) faults.push(`live bytes left after the collection: ${leftBytes}`);
  return { faults, figures: { burstBytes, leftBytes, library: cell.provenance?.allocatorLibrary } };
}

function inScratch(work) {
  const [mounts, kept] = [makeScratch(), makeScratch()];
  try {
    return work(mounts.folder, join(kept.folder, 'results.json'));
  } finally {
    mounts.remove();
    kept.remove();
  }
}

function readCell(results, errors) {
  try {
    const [cell] = JSON.parse(readFileSync(results, 'utf8')).cells;
    return { cell, faults: cell.state === 'ok' ? [] : [`${cell.state}: ${cell.reason}`] };
  } catch {
    return { faults: [errors.trim().split('\n').at(-1)] };
  }
}

/** A folder like a JDK's: its java enters the root. */
function makeLauncher(home, command) {
  const quoted = command.map((word) => `'${word}'`).join(' ');
  mkdirSync(join(home, 'bin'), { recursive: true });
  writeFileSync(join(home, 'bin', 'java'), `#!/bin/sh\nexec ${quoted} "$@"\n`);
  chmodSync(join(home, 'bin', 'java'), 0o755);
}
