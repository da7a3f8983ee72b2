// The JVM scan end to end, with the meter and without it, in pairs of random order.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { shuffle } from 'simple-statistics';

/** As `offheap repro` has it, but for passes: after one pass half of the time is the JIT compiler's, which differs from run to run. */
const jvmFlags = ['-Xms384m', '-Xmx384m', '-Xmn320m', '-XX:+AlwaysPreTouch', '-XX:+UseG1GC'];
export const passes = 2;

/** @returns cells `{ variant, round, state, cpuMs?, wallMs?, reason? }`: processor time of the whole JVM, and duration of the scan alone */
export function measureScans({ launcher, jar, scanSet, meter, scratch, pairs, random, onRound }) {
  const command = [launcher, ...jvmFlags, '-jar', jar, 'scan', `--jars=${scanSet}`, `--passes=${passes}`, '--settle-ms=0'];
  const cells = [];
  for (let round = 0; round < pairs; round++) {
    onRound(round);
    for (const variant of shuffle(['bare', 'meter'], random))
      cells.push({ variant, round, ...runScan(command, variant === 'meter' ? meter : undefined, scratch) });
  }
  return cells;
}

function runScan(command, meter, scratch) {
  const pages = mkdtempSync(join(scratch, 'pages-'));
  const settings = meter ? [`LD_PRELOAD=${meter}`, `OFFHEAP_COUNTERS_DIR=${pages}`] : [];
  // The shell's `times` has the processor time of its child: user and system, on its second line.
  const script = '"$@" || exit; times >&2';
  const { status, stdout, stderr, error } = spawnSync('bash', ['-c', script, 'bash', 'env', ...settings, ...command], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    timeout: 180_000,
  });
  const isMetered = readdirSync(pages).length > 0;
  rmSync(pages, { recursive: true });
  if (status !== 0) return { state: 'failed', reason: error?.message ?? `exit status ${status}: ${lastLine(stderr)}` };
  if (isMetered !== (meter !== undefined)) return { state: 'failed', reason: `the meter has ${isMetered ? 'a' : 'no'} page` };
  const wallMs = Number(/^@phase scanned .*elapsedMs=(\d+)/m.exec(stdout)?.[1]);
  const seconds = [...lastLine(stderr).matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  if (!(wallMs > 0) || seconds.length !== 2) return { state: 'failed', reason: 'the scan told no time' };
  return { state: 'ok', cpuMs: Math.round(1000 * (seconds[0] + seconds[1])), wallMs };
}

const lastLine = (text) => (text ?? '').trim().split('\n').at(-1) ?? '';
