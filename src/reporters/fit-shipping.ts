import type { FitOfConfiguration, FitResult } from '../model/fit.ts';
import { bytesPerMiB, formatMiB } from '../model/units.ts';
import { confidence, confirmedRuns, headroomOf, runsToProve, survivalAtLeast } from '../stats/headroom.ts';
import { heapFlags, shippedFlags } from '../stats/jvm-choice.ts';
import { pasteLines } from './paste-lines.ts';
import { preloadName, toShip } from './recommendation.ts';

/** What a limit to ship rests on, and the lines by which it is shipped. Undefined where none was found. */
export function renderShipping(result: FitResult): { sentence: string; lines: string[] } | undefined {
  const fit = toChoose(result);
  if (fit?.limitBytes === undefined) return undefined;
  return {
    sentence: describe(fit, fit.limitBytes, result),
    lines: fit.shipBytes === undefined ? [] : linesOf(fit, fit.shipBytes, result),
  };
}

/** The smallest limit; the reference's where that is no larger by more than a step, since nothing is to be changed for it. */
function toChoose({ configurations, plan }: FitResult): FitOfConfiguration | undefined {
  const found = configurations.filter(({ limitBytes }) => limitBytes !== undefined);
  const smallest = found.reduce<FitOfConfiguration | undefined>(
    (least, fit) => (least === undefined || limitOf(fit) < limitOf(least) ? fit : least),
    undefined,
  );
  const reference = found.find(({ configuration }) => configuration === plan.reference);
  return smallest && reference && limitOf(reference) - limitOf(smallest) <= plan.resolutionBytes ? reference : smallest;
}

function limitOf({ limitBytes }: FitOfConfiguration): number {
  return limitBytes ?? Number.POSITIVE_INFINITY;
}

function describe(fit: FitOfConfiguration, limitBytes: number, { plan }: FitResult): string {
  const { configuration, shipBytes } = fit;
  const { spreadBytes, stepBytes } = headroomOf(fit, plan.resolutionBytes);
  const runs = plan.confirm ?? 0;
  const deaths = fit.attempts.filter(({ isConfirmation, outcome }) => isConfirmation && outcome !== 'survived');
  if (shipBytes === undefined) {
    const tried = deaths.map((death) => formatMiB(death.limitBytes ?? 0)).join(', ');
    const how = tried === '' ? 'this machine has no room for more' : `a confirming attempt did not survive at ${tried} MiB`;
    return `No limit to ship for ${configuration}: ${how}. Its runs differ by more than these; --repeats with more attempts at each limit finds a safer one.`;
  }
  const spread =
    spreadBytes === undefined
      ? 'one run without a limit, which has no spread'
      : `a step of ${formatMiB(stepBytes)}, and peaks that lay ${formatMiB(spreadBytes)} apart without a limit`;
  const raised =
    deaths.length === 0
      ? ''
      : ` Less was not enough: a confirming attempt did not survive at ${deaths.map((death) => formatMiB(death.limitBytes ?? 0)).join(', ')} MiB.`;
  return (
    `To ship ${configuration}${ofHeap(fit)}: ${formatMiB(shipBytes)} MiB, the limit of ${formatMiB(limitBytes)} and ${formatMiB(shipBytes - limitBytes)} of headroom. That rests on ${spread}.${raised} ` +
    (runs > 0 ? proved(confirmedRuns(fit)) : unproved(plan.repeats))
  );
}

function ofHeap({ heapPercentage }: FitOfConfiguration): string {
  return heapPercentage === undefined ? '' : ` with ${heapPercentage} % of the limit for the heap`;
}

function proved(survived: number): string {
  return `${survived} of ${survived} confirming attempts survived it: at least ${percent(survivalAtLeast(survived))} of runs do (${percent(confidence)} confidence).`;
}

/** The search ended at this limit because they survived, so that even this bound flatters. */
function unproved(repeats: number): string {
  return (
    `${repeats} of ${repeats} attempts that survive prove no more than that ${percent(survivalAtLeast(repeats))} of runs do (${percent(confidence)} confidence). ` +
    `--confirm=${runsToProve(0.95)} tries the limit to ship so often, and shows 95 %.`
  );
}

/** Rounded down: no more is claimed than was shown. */
function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}

function linesOf(fit: FitOfConfiguration, shipBytes: number, { plan }: FitResult): string[] {
  const planned = plan.configurations.find(({ key }) => key === fit.configuration);
  const preload =
    planned === undefined || planned.allocator === 'glibc' || fit.library === undefined
      ? {}
      : { LD_PRELOAD: preloadName(fit.library) };
  const environment = { ...preload, ...(planned ? toShip(planned.settings) : {}) };
  const jvmFlags = [...shippedFlags(fit), ...heapFlags(fit), ...(planned?.settings.jvmFlags ?? [])];
  const lines = pasteLines({ environment, jvmFlags });
  const variables = lines.flatMap(({ where, line }) => (where === 'Kubernetes' ? line : []));
  const assignments = lines.flatMap(({ where, line }) => (where === 'Dockerfile' ? `-e ${line.slice('ENV '.length)}` : []));
  const mebibytes = shipBytes / bytesPerMiB;
  const [kubernetes, docker] = Number.isInteger(mebibytes)
    ? [`${mebibytes}Mi`, `${mebibytes}m`]
    : [String(shipBytes), `${shipBytes}b`];
  return [
    '# Kubernetes, in the container; a request below the limit lets the node promise the rest twice',
    'resources:',
    `  requests: { memory: ${kubernetes} }`,
    `  limits: { memory: ${kubernetes} }`,
    ...variables,
    '# Docker; with the second option no swap',
    ['docker run', `--memory=${docker}`, `--memory-swap=${docker}`, ...assignments, '…'].join(' '),
    ...(jvmFlags.length === 0 ? [] : ['# or on the command line of the JVM', `java ${jvmFlags.join(' ')} …`]),
  ];
}
