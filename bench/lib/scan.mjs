// The JVM scan end to end, under whatever is preloaded into the JVM or given to it as flags.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ratioOf, valuesOf } from './estimate.mjs';
import { measureRounds } from './rounds.mjs';

/** As `offheap repro` has it, but for passes: after one pass half of the time is the JIT compiler's, which differs from run to run. */
const jvmFlags = ['-Xms384m', '-Xmx384m', '-Xmn320m', '-XX:+AlwaysPreTouch', '-XX:+UseG1GC'];
export const passes = 2;

/** What the meter may cost a JVM, either way. */
export const scanAim = 0.01;
/** By fewer an interval says less than it seems to. */
const fewestRounds = 10;

/**
 * Without the meter twice, which says what the machine's noise is, and with it: until the interval of the ratio of processor times lies within the aim or
 * beyond it, or `mostRounds` are over. @returns cells of paired rounds
 */
export async function measureScans({ meter, scratch, mostRounds, random, onRound, ...program }) {
  const variants = [{ name: 'bare' }, { name: 'bare again' }, { name: 'meter', preload: meter }];
  const run = ({ name, preload }) => {
    const pages = mkdtempSync(join(scratch, 'pages-'));
    const figures = runScan(program, { env: preload ? { LD_PRELOAD: preload, OFFHEAP_COUNTERS_DIR: pages } : {} });
    const isMetered = readdirSync(pages).length > 0;
    if (isMetered !== (name === 'meter')) throw new Error(`the meter has ${isMetered ? 'a' : 'no'} page`);
    return figures;
  };
  const isDone = (cells) => {
    const ratio = ratioOf(valuesOf(cells, 'meter', 'cpuMs'), valuesOf(cells, 'bare', 'cpuMs'));
    return ratio !== undefined && ratio.samples >= fewestRounds && ['met', 'missed'].includes(judgeWithin(ratio, scanAim));
  };
  return measureRounds(variants, { rounds: mostRounds, random, run, onRound, isDone });
}

/** Whether a ratio is within `aim` of 1: its whole interval decides. */
export function judgeWithin({ low, high }, aim) {
  if (low >= 1 - aim && high <= 1 + aim) return 'met';
  return low > 1 + aim || high < 1 - aim ? 'missed' : 'not decided';
}

/** @returns `cpuMs` and `faults`, processor time and minor page faults of the whole JVM; `wallMs`, duration of the scan alone */
export function runScan({ launcher, jar, scanSet }, { flags = [], env = {}, passes: count = passes }) {
  const command = [launcher, ...jvmFlags, ...flags, '-jar', jar, 'scan', `--jars=${scanSet}`, `--passes=${count}`, '--settle-ms=0'];
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  // /proc has the minor page faults of the shell's child (proc(5): cminflt), and `times` its processor time: user and system, on its second line.
  const script = '"$@" || exit; set -- $(< /proc/$$/stat); shift 10; echo "faults $1" >&2; times >&2';
  const { status, stdout, stderr, error } = spawnSync('bash', ['-c', script, 'bash', 'env', ...settings, ...command], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    timeout: 180_000,
  });
  if (status !== 0) throw new Error(error?.message ?? `exit status ${status}: ${lastLine(stderr)}`);
  const wallMs = Number(/^@phase scanned .*elapsedMs=(\d+)/m.exec(stdout)?.[1]);
  const seconds = [...lastLine(stderr).matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  const faults = Number(/^faults (\d+)$/m.exec(stderr)?.[1]);
  if (!(wallMs > 0) || !(faults > 0) || seconds.length !== 2) throw new Error('the scan told no time');
  return { cpuMs: Math.round(1000 * (seconds[0] + seconds[1])), wallMs, faults };
}

const lastLine = (text) => (text ?? '').trim().split('\n').at(-1) ?? '';
