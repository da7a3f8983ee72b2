import type { Attempt, AttemptOutcome, FitOfConfiguration, FitResult, JvmOfAttempt } from '../model/fit.ts';
import { printableValues } from '../model/printable.ts';
import { bytesPerMiB, formatMiB, formatSeconds } from '../model/units.ts';
import { atTheLimit, savedBytes, unlimited } from '../stats/fit-figures.ts';
import { jvmAtTheLimit, unlimitedJvm } from '../stats/jvm-choice.ts';
import { type Column, left, notMeasured, right, shown, toTable } from './columns.ts';
import { renderShipping } from './fit-shipping.ts';
import { describeScenario } from './narrative.ts';
import type { TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';
import { wrap } from './wrap.ts';

/** For a person at a terminal: the limits, the smallest first, and how the program ends below them. Sizes are MiB. */
export function renderFit(raw: FitResult, options: TerminalOptions): string {
  const result = printableValues(raw);
  const order = (fit: FitOfConfiguration) => fit.limitBytes ?? Number.POSITIVE_INFINITY;
  const sorted = [...result.configurations].sort((a, b) => order(a) - order(b) || 0);
  const table = drawTable(toTable(columnsOf(result), sorted), options);
  const parts = [
    wrap(describeFit(result), options.width),
    table,
    wrap(note(result), options.width),
    ...describeJvms(result).map((sentence) => wrap(sentence, options.width)),
    ...reasons(sorted),
    ...shipping(result, options),
  ];
  return `${parts.join('\n\n')}\n`;
}

function shipping(result: FitResult, { width }: TerminalOptions): string[] {
  const rendered = renderShipping(result);
  if (!rendered) return [];
  return [wrap(rendered.sentence, width), ...(rendered.lines.length === 0 ? [] : [rendered.lines.join('\n')])];
}

function describeFit({ plan, host, limits, complete }: FitResult): string {
  const jdk = host.jdk ? `JDK ${host.jdk.version}, ` : '';
  const by = `limits by cgroup v${limits.version} in ${limits.folder}`;
  return `${describeScenario(plan.scenario)}; ${jdk}${host.libc}, Linux ${host.kernel}; ${by}${complete ? '' : ' (interrupted)'}`;
}

function note({ plan, configurations }: FitResult): string {
  const jvm = configurations.some(jvmAtTheLimit) ? ' JVM at limit: its collector, and the largest size of its heap.' : '';
  const { repeats, resolutionBytes, reference, maxSlowdown } = plan;
  return (
    `MiB. limit: the smallest at which ${repeats === 1 ? 'the one attempt' : `all ${repeats} attempts`} survived, to ${formatMiB(resolutionBytes)} MiB. ` +
    `saved: per replica, against ${reference}'s limit; – within one step, which is no difference. peak RSS, peak: of the process and of its cgroup, page cache included, without a limit. wall ratio: at the limit over ` +
    `without one; above ${maxSlowdown} is a time-out.${jvm} to ship: with headroom.`
  );
}

function columnsOf(result: FitResult): Column<FitOfConfiguration>[] {
  return [
    left('configuration', ({ configuration }) => configuration),
    ...(result.plan.heapPercentages
      ? [right('heap\n%', ({ heapPercentage }: FitOfConfiguration) => shown(heapPercentage, String))]
      : []),
    right('limit', ({ limitBytes }) => shown(limitBytes, formatMiB)),
    right('to ship', ({ shipBytes }) => shown(shipBytes, formatMiB)),
    right('too small', ({ tooSmallBytes }) => shown(tooSmallBytes, formatMiB)),
    right('saved', (fit) => shown(savedBytes(fit, result), formatMiB)),
    right('peak RSS', (fit) => shown(unlimited(fit).peakRssBytes, formatMiB)),
    right('peak', (fit) => shown(unlimited(fit).peakBytes, formatMiB)),
    right('wall\nratio', (fit) => shown(wallRatio(fit), (ratio) => ratio.toFixed(2))),
    ...(result.configurations.some(jvmAtTheLimit) ? [left('JVM at limit', nameJvmAtTheLimit, 1)] : []),
    right('attempts', ({ attempts }) => String(attempts.length)),
    left('below the limit', ({ limitBytes, attempts, state }) =>
      limitBytes !== undefined ? endings(attempts) : state === 'larger' ? 'none smaller' : state,
    ),
  ];
}

function nameJvmAtTheLimit(fit: FitOfConfiguration): string {
  const nameJvm = ({ collector, maxHeapBytes }: JvmOfAttempt) =>
    maxHeapBytes === undefined ? collector : `${collector}, ${formatMiB(maxHeapBytes)}`;
  return shown(jvmAtTheLimit(fit), nameJvm);
}

/** Where the JVM at the limit is another than that of the runs without one, or than that of the reference at its limit: what is compared are two JVMs. */
function describeJvms({ configurations, plan }: FitResult): string[] {
  const seen = configurations.flatMap((fit) => {
    const [free, limited] = [unlimitedJvm(fit), jvmAtTheLimit(fit)];
    return free && limited ? { fit, free, limited } : [];
  });
  const ofReference = seen.find(({ fit }) => fit.configuration === plan.reference);
  const changed = seen.filter(({ free, limited }) => free.collector !== limited.collector);
  const pairs = new Set(changed.map(({ free, limited }) => `${free.collector} ${limited.collector}`));
  const groups = [...pairs].map((pair) => changed.filter(({ free, limited }) => `${free.collector} ${limited.collector}` === pair));
  return [
    ...groups.flatMap(describeChange),
    ...changed.flatMap(({ fit: { configuration, pinnedFlags } }) =>
      pinnedFlags ? `${configuration}: ${pinnedFlags.join(' ')} did not reach the JVM; its command has other flags.` : [],
    ),
    ...seen.flatMap(({ fit, limited }) =>
      ofReference && ofReference.limited.collector !== limited.collector
        ? `${fit.configuration}: saved compares two JVMs: ${inWords(limited)} at its limit, ${inWords(ofReference.limited)} at that of ${plan.reference}.`
        : [],
    ),
  ];
}

/** Of configurations whose JVMs have changed alike. */
function describeChange(group: readonly { fit: FitOfConfiguration; free: JvmOfAttempt; limited: JvmOfAttempt }[]): string[] {
  const [first] = group;
  if (!first) return [];
  const { free, limited } = first;
  const limits = group.map(({ fit: { limitBytes = 0 } }) => limitBytes);
  const isSmall = limited.collector === 'Serial' && Math.max(...limits) < serverClassBytes;
  const why = isSmall
    ? ` A JVM takes Serial by itself where it sees less than ${formatMiB(serverClassBytes)} MiB, or one processor.`
    : '';
  return [
    `${group.map(({ fit }) => fit.configuration).join(', ')}: at the limit the JVM is another than without one: ${limited.collector} there, ${inWords(free)} without.${why} ` +
      `So it is in a container of that size; peak and wall ratio compare the two. --pin-jvm keeps ${free.collector}.`,
  ];
}

function inWords({ collector, maxHeapBytes }: JvmOfAttempt): string {
  return maxHeapBytes === undefined ? collector : `${collector} and a heap of up to ${formatMiB(maxHeapBytes)} MiB`;
}

/** os::is_server_class_machine, jdk 8 to 25: two processors, and 2 GiB less 256 MiB. */
const serverClassBytes = 1792 * bytesPerMiB;

function wallRatio(fit: FitOfConfiguration): number | undefined {
  const [limited, free] = [atTheLimit(fit).wallMs, unlimited(fit).wallMs];
  return limited !== undefined && free ? limited / free : undefined;
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
  const lines = fits.flatMap(({ configuration, state, reason, attempts, tooSmallBytes, heapPercentage }) => {
    // Of the percentages of the heap it is enough to know which is best.
    if (state === 'larger' || (heapPercentage !== undefined && state !== 'failed')) return [];
    if (state !== 'found') return `${configuration}: ${state}. ${reason ?? ''}`.trim();
    const last = attempts.find(({ limitBytes, outcome }) => limitBytes === tooSmallBytes && outcome !== 'survived');
    if (!last || last.outcome === 'oom-killed' || tooSmallBytes === undefined) return [];
    return `${configuration}: at ${formatMiB(tooSmallBytes)} MiB it ended after ${formatSeconds(last.wallMs)} without an OOM kill. ${last.reason ?? ''}`.trim();
  });
  return lines.length === 0 ? [] : [lines.join('\n')];
}
