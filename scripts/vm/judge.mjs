// What is expected of each trial (trials.sh), and what was found. Of the JSON that a user would read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';

const mib = 2 ** 20;
const page = 4096;

/**
 * @param {string} folder where the trials have left their files
 * @returns {{ what: string, found: string, fault?: string }[]} `fault`: what is not as it should be
 */
export function judge(folder) {
  const read = (name) => readFileSync(join(folder, name), 'utf8');
  const run = (name) => ({ name, status: Number(read(`${name}.status`)), out: read(`${name}.out`), err: read(`${name}.err`) });
  const ofFits = fits.map(([name, what]) => [what, () => judgeFit(run(name))]);
  const trials = [
    ['the doctor of a service with `MemoryMax` and `MemoryHigh`', () => judgeDoctor(run('doctor'), Number(read('burst.pid')))],
    ['`offheap export` as a service', () => judgeMetrics(run('metrics').out, Number(read('burst.pid')))],
    ...ofFits,
    ['`offheap fit` of a user without a group of its own', () => judgeRefusal(run('fit-plain-user'), 'systemd-run --user --scope')],
    [
      '`offheap fit` in a container with a cgroup namespace of its own',
      () => judgeRefusal(run('fit-contained'), '--cgroupns=host'),
    ],
    [
      "`offheap fit` in such a container that has the host's groups mounted",
      () => judgeRefusal(run('fit-host-groups'), '--cgroupns=host'),
    ],
    [
      'the doctor in a container with a cgroup namespace of its own',
      () => judgeContained(run('doctor-contained'), read('contained.cgroup')),
    ],
    ['`offheap doctor --after-oom` of a service at its limit', () => judgeKill(run('after-oom'))],
  ];
  return [
    { what: 'the machine', found: `Linux ${read('kernel').trim()}, ${read('cgroup').trim()}, ${read('systemd').trim()}` },
    ...trials.map(([what, look]) => {
      try {
        return { what, ...look() };
      } catch (error) {
        return { what, found: '', fault: error.message.split('\n')[0] };
      }
    }),
  ];
}

export function renderRows(rows) {
  return markdownTable([
    ['', 'found', ''],
    ...rows.map(({ what, found, fault }) => [what, fault ?? found, fault === undefined ? '✓' : '✗']),
  ]);
}

const fits = [
  ['fit-root', '`offheap fit` as root in a service of systemd'],
  ['fit-service', '`offheap fit` as root by `systemd-run --wait --pipe`'],
  ['fit-user', '`offheap fit` of an ordinary user by `systemd-run --user --scope`'],
  ['fit-delegated', 'the same with `-p Delegate=yes`'],
];

function judgeDoctor({ status, out, err }, pid) {
  const { evidence } = JSON.parse(requireOutput(out, err));
  const { cgroup, pid: seen } = evidence;
  expectSame({ status, pid: seen, version: cgroup.version }, { status: 0, pid, version: 2 });
  // The kernel keeps whole pages.
  expectSame({ limit: cgroup.limitBytes, high: cgroup.highBytes }, { limit: 401 * mib, high: 353 * mib });
  const { account } = cgroup;
  const sum = account.parts.reduce((total, { bytes }) => total + bytes, 0);
  expectSame({ sum }, { sum: account.usageBytes });
  const untold = account.parts.find(({ kind }) => kind === 'unaccounted')?.bytes ?? 0;
  if (untold > 0.02 * account.usageBytes)
    throw new Error(`expected 2 % of the usage at most that no part tells, found ${untold} bytes of ${account.usageBytes}`);
  return {
    found: `limit ${cgroup.limitBytes / mib} MiB, high ${cgroup.highBytes / mib} MiB, ${toMib(account.usageBytes)} MiB used, of which no part tells ${(untold / 1024).toFixed(0)} KiB`,
  };
}

function judgeMetrics(text, pid) {
  const value = (name) => Number(new RegExp(`^${name}\\{[^}]*pid="${pid}"[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const found = { limit: value('offheap_cgroup_memory_limit_bytes'), high: value('offheap_container_high_bytes') };
  expectSame(found, { limit: 401 * mib, high: 353 * mib });
  const stalls = text.match(/^offheap_container_memory_pressure_seconds_total\{/gm)?.length ?? 0;
  if (stalls < 2) throw new Error(`expected both kinds of pressure, found ${stalls}`);
  return {
    found: `limit and high of the JVM's service, ${text.match(/^offheap_container_memory_bytes\{/gm)?.length ?? 0} parts, pressure`,
  };
}

/** hold_memory keeps 61 MiB. */
function judgeFit({ status, out, err }) {
  const result = JSON.parse(requireOutput(out, err));
  const [one] = result.configurations;
  expectSame({ status, version: result.limits.version, complete: result.complete }, { status: 0, version: 2, complete: true });
  if (one.state !== 'found') throw new Error(`expected a limit, found: ${one.state}. ${one.reason ?? ''}`);
  const { limitBytes, tooSmallBytes, attempts } = one;
  if (limitBytes <= 61 * mib || limitBytes > 64 * mib)
    throw new Error(`expected a limit of 62 to 64 MiB, found ${toMib(limitBytes)}`);
  const kills = attempts.filter(({ outcome }) => outcome === 'oom-killed');
  if (kills.length === 0 || kills.some(({ oomKills }) => oomKills !== 1))
    throw new Error(`expected OOM kills below it, found ${kills.length}`);
  return { found: `${toMib(limitBytes)} MiB; killed at ${toMib(tooSmallBytes)}` };
}

/** The kernel lets it make no group: its own is another user's, or has processes itself. What is said has what cures it. */
function judgeRefusal({ status, out, err }, cure) {
  expectSame({ status, out }, { status: 1, out: '' });
  const [sentence, ...more] = err.trimEnd().split('\n');
  if (more.length > 0 || !sentence.startsWith('offheap: ') || !sentence.includes(cure))
    throw new Error(`expected one sentence with ${cure}, found: ${err.trim()}`);
  return { found: `one sentence, with \`${cure}\`` };
}

function judgeContained({ status, out, err }, cgroup) {
  const { evidence } = JSON.parse(requireOutput(out, err));
  expectSame({ status, own: cgroup.trim(), limit: evidence.cgroup.limitBytes }, { status: 0, own: '0::/', limit: 307 * mib });
  return { found: `limit ${evidence.cgroup.limitBytes / mib} MiB` };
}

/** Of 127 MiB at a limit of 83. */
function judgeKill({ status, out, err }) {
  const { outcome, kill } = JSON.parse(requireOutput(out, err));
  expectSame({ status, outcome }, { status: 3, outcome: 'killed' });
  const { victim, limitBytes } = kill;
  expectSame({ victim: victim.name, limitBytes }, { victim: 'hold_memory', limitBytes: 83 * mib });
  return { found: `${victim.name} at ${limitBytes / mib} MiB` };
}

function requireOutput(out, err) {
  if (out === '') throw new Error(`expected a result, found: ${err.trim()}`);
  return out;
}

function expectSame(found, expected) {
  const [a, b] = [found, expected].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`expected ${b}, found ${a}`);
}

const toMib = (bytes) => (bytes / mib).toFixed(bytes % page === 0 && bytes % mib !== 0 ? 1 : 0);
