import Table from 'cli-table3';
import type { Attempt, AttemptOutcome, FitOfConfiguration, FitResult } from '../model/fit.ts';
import { formatMiB, formatSeconds } from '../model/units.ts';
import { atTheLimit, savedBytes, unlimited } from '../stats/fit-figures.ts';
import { describeScenario } from './narrative.ts';
import { notMeasured } from './summary-rows.ts';
import { wrap } from './wrap.ts';

const head = ['configuration', 'limit', 'too small', 'saved', 'peak RSS', 'peak', 'wall\nratio', 'attempts', 'below the limit'];

/** For a person at a terminal: the limits, the smallest first, and how the program ends below them. Sizes are MiB. */
export function renderFit(result: FitResult, { width }: { width: number }): string {
  const table = new Table({
    head,
    colAligns: head.map((_, index) => (index === 0 || index === head.length - 1 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  const order = (fit: FitOfConfiguration) => fit.limitBytes ?? Number.POSITIVE_INFINITY;
  const sorted = [...result.configurations].sort((a, b) => order(a) - order(b) || 0);
  table.push(...sorted.map((fit) => row(fit, result)));
  const parts = [describeFit(result), table.toString(), wrap(note(result), width), ...reasons(sorted)];
  return `${parts.join('\n\n')}\n`;
}

function describeFit({ plan, host, limits, complete }: FitResult): string {
  const jdk = host.jdk ? `JDK ${host.jdk.version}, ` : '';
  const by = `limits by cgroup v${limits.version} in ${limits.folder}`;
  return `${describeScenario(plan.scenario)}; ${jdk}${host.libc}, Linux ${host.kernel}; ${by}${complete ? '' : ' (interrupted)'}`;
}

function note({ plan }: FitResult): string {
  const { repeats, resolutionBytes, reference, maxSlowdown } = plan;
  return (
    `MiB. limit: the smallest at which ${repeats === 1 ? 'the one attempt' : `all ${repeats} attempts`} survived, to ${formatMiB(resolutionBytes)} MiB. ` +
    `saved: per replica, against ${reference}'s limit. peak RSS, peak: of the process and of its cgroup, page cache included, without a limit. wall ratio: at the limit over ` +
    `without one; above ${maxSlowdown} is a time-out. A limit to ship needs room above it.`
  );
}

function row(fit: FitOfConfiguration, result: FitResult): string[] {
  const free = unlimited(fit);
  const { wallMs } = atTheLimit(fit);
  return [
    fit.configuration,
    mib(fit.limitBytes),
    mib(fit.tooSmallBytes),
    mib(savedBytes(fit, result)),
    mib(free.peakRssBytes),
    mib(free.peakBytes),
    wallMs !== undefined && free.wallMs ? (wallMs / free.wallMs).toFixed(2) : notMeasured,
    String(fit.attempts.length),
    fit.limitBytes !== undefined ? endings(fit.attempts) : fit.state,
  ];
}

/** How the attempts ended that did not survive their limit, each with how often. */
function endings(attempts: readonly Attempt[]): string {
  const words: Record<Exclude<AttemptOutcome, 'survived'>, string> = {
    'oom-killed': 'OOM killed',
    failed: 'failed otherwise',
    timeout: 'too slow',
  };
  const counts = Object.entries(words).flatMap(([outcome, word]) => {
    const count = attempts.filter((attempt) => attempt.limitBytes !== undefined && attempt.outcome === outcome).length;
    return count === 0 ? [] : `${word} ×${count}`;
  });
  return counts.length === 0 ? notMeasured : counts.join(', ');
}

/** Why there is no limit; or what ended the program at the largest limit that was too small, where it was not the OOM killer. */
function reasons(fits: readonly FitOfConfiguration[]): string[] {
  const lines = fits.flatMap(({ configuration, state, reason, attempts, tooSmallBytes }) => {
    if (state !== 'found') return `${configuration}: ${state}. ${reason ?? ''}`.trim();
    const last = attempts.find(({ limitBytes, outcome }) => limitBytes === tooSmallBytes && outcome !== 'survived');
    if (!last || last.outcome === 'oom-killed' || tooSmallBytes === undefined) return [];
    return `${configuration}: at ${formatMiB(tooSmallBytes)} MiB it ended after ${formatSeconds(last.wallMs)} without an OOM kill. ${last.reason ?? ''}`.trim();
  });
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function mib(bytes: number | undefined): string {
  return bytes === undefined ? notMeasured : formatMiB(bytes);
}
