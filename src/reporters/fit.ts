import type { Attempt, AttemptOutcome, FitOfConfiguration, FitResult, JvmOfAttempt } from '../model/fit.ts';
import { printableValues } from '../model/printable.ts';
import { bytesPerMiB, formatMiB, formatSeconds } from '../model/units.ts';
import { atTheLimit, savedBytes, unlimited } from '../stats/fit-figures.ts';
import { jvmAtTheLimit, unlimitedJvm } from '../stats/jvm-choice.ts';
import { type Column, left, notMeasured, right, shown, toTable } from './columns.ts';
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
  ];
  return `${parts.join('\n\n')}\n`;
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
    `without one; above ${maxSlowdown} is a time-out.${jvm} A limit to ship needs room above it.`
  );
}

function columnsOf(result: FitResult): Column<FitOfConfiguration>[] {
  return [
    left('configuration', ({ configuration }) => configuration),
    right('limit', ({ limitBytes }) => shown(limitBytes, formatMiB)),
    right('too small', ({ tooSmallBytes }) => shown(tooSmallBytes, formatMiB)),
    right('saved', (fit) => shown(savedBytes(fit, result), formatMiB)),
    right('peak RSS', (fit) => shown(unlimited(fit).peakRssBytes, formatMiB)),
    right('peak', (fit) => shown(unlimited(fit).peakBytes, formatMiB)),
    right('wall\nratio', (fit) => shown(wallRatio(fit), (ratio) => ratio.toFixed(2))),
    ...(result.configurations.some(jvmAtTheLimit) ? [left('JVM at limit', nameJvmAtTheLimit, 1)] : []),
    right('attempts', ({ attempts }) => String(attempts.length)),
    left('below the limit', ({ limitBytes, attempts, state }) => (limitBytes === undefined ? state : endings(attempts))),
  ];
}

function nameJvmAtTheLimit(fit: FitOfConfiguration): string {
  const nameJvm = ({ collector, maxHeapBytes }: JvmOfAttempt) =>
    maxHeapBytes === undefined ? collector : `${collector}, ${formatMiB(maxHeapBytes)}`;
  return shown(jvmAtTheLimit(fit), nameJvm);
}

/** Where the JVM at the limit is another than that of the runs without one, or than that of the reference at its limit: what is compared are two JVMs. */
function describeJvms({ configurations, plan }: FitResult): string[] {
  const reference = configurations.find(({ configuration }) => configuration === plan.reference);
  return configurations.flatMap((fit) => {
    const [free, limited] = [unlimitedJvm(fit), jvmAtTheLimit(fit)];
    if (!free || !limited || fit.limitBytes === undefined) return [];
    const { configuration, limitBytes, pinnedFlags } = fit;
    const ofReference = reference && reference !== fit ? jvmAtTheLimit(reference) : undefined;
    const isOther = limited.collector !== free.collector;
    return [
      isOther &&
        `${configuration}: at ${formatMiB(limitBytes)} MiB the JVM is another than without a limit: ${inWords(limited)} there, ${inWords(free)} without.${why(limited, limitBytes)} ` +
          `So it is in a container of this size; peak and wall ratio compare the two. --pin-jvm keeps ${free.collector}.`,
      isOther && pinnedFlags && `${configuration}: ${pinnedFlags.join(' ')} did not reach the JVM; its command has other flags.`,
      ofReference &&
        ofReference.collector !== limited.collector &&
        `${configuration}: saved compares two JVMs: ${inWords(limited)} at its limit, ${inWords(ofReference)} at that of ${plan.reference}.`,
    ].filter((sentence) => typeof sentence === 'string');
  });
}

function inWords({ collector, maxHeapBytes }: JvmOfAttempt): string {
  return maxHeapBytes === undefined ? collector : `${collector} and a heap of up to ${formatMiB(maxHeapBytes)} MiB`;
}

/** os::is_server_class_machine, jdk 8 to 25: two processors, and 2 GiB less 256 MiB. */
const serverClassBytes = 1792 * bytesPerMiB;

function why({ collector }: JvmOfAttempt, limitBytes: number): string {
  const isSmall = collector === 'Serial' && limitBytes < serverClassBytes;
  return isSmall
    ? ` A JVM takes Serial by itself where it sees less than ${formatMiB(serverClassBytes)} MiB, or one processor.`
    : '';
}

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
  const lines = fits.flatMap(({ configuration, state, reason, attempts, tooSmallBytes }) => {
    if (state !== 'found') return `${configuration}: ${state}. ${reason ?? ''}`.trim();
    const last = attempts.find(({ limitBytes, outcome }) => limitBytes === tooSmallBytes && outcome !== 'survived');
    if (!last || last.outcome === 'oom-killed' || tooSmallBytes === undefined) return [];
    return `${configuration}: at ${formatMiB(tooSmallBytes)} MiB it ended after ${formatSeconds(last.wallMs)} without an OOM kill. ${last.reason ?? ''}`.trim();
  });
  return lines.length === 0 ? [] : [lines.join('\n')];
}
