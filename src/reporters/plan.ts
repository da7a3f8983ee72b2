import { printableValues } from '../model/printable.ts';
import type { Scenario, Settings } from '../model/result.ts';
import type { PlannedConfiguration, RunPlan } from '../model/run-plan.ts';
import { shellLine } from '../model/shell-words.ts';
import { formatChosenTime, formatRoughTime, formatSeconds } from '../model/units.ts';
import { estimateRound } from '../stats/run-time.ts';
import { left, notMeasured, toTable } from './columns.ts';
import { describeScenario } from './narrative.ts';
import type { TerminalOptions } from './render-options.ts';
import { skippedLines } from './result-table.ts';
import { drawTable } from './terminal-table.ts';
import { wrap } from './wrap.ts';

/** What a run would do, and how long it takes, for a person at a terminal. */
export function renderPlan(raw: RunPlan, options: TerminalOptions): string {
  const plan = printableValues(raw);
  const columns = [
    left<PlannedConfiguration>('configuration', ({ key }) => key),
    ...(plan.configurations.some(({ command }) => command)
      ? [left<PlannedConfiguration>('program', ({ command }) => (command ? shellLine(command) : notMeasured))]
      : []),
    left<PlannedConfiguration>('sets', ({ settings }) => describeSettings(settings)),
    left<PlannedConfiguration>('library', describeLibrary),
  ];
  const skipped = skippedLines(plan.configurations.map(({ key, skipped: reason }) => ({ configuration: key, reason })));
  const paragraphs = [
    `Plan of ${describeScenario(plan.scenario)}. The program was not started.`,
    ...skipped,
    describeTime(plan),
  ].map((text) => wrap(text, options.width));
  const [head = '', ...rest] = paragraphs;
  return `${[head, drawTable(toTable(columns, plan.configurations), options), phasesOf(plan.scenario), ...rest].join('\n\n')}\n`;
}

function describeSettings({ env, jvmFlags }: Settings): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return [...variables, ...jvmFlags].join(' ') || notMeasured;
}

function describeLibrary({ library, version, skipped }: PlannedConfiguration): string {
  if (skipped !== undefined) return 'skipped';
  return [library ?? notMeasured, ...(version === undefined ? [] : [version])].join(', ');
}

/** A line for each phase: what brings it about. */
function phasesOf(scenario: Scenario): string {
  return phases(scenario)
    .map(([name, when]) => `  ${name.padEnd('collected'.length)}  ${when}`)
    .join('\n');
}

function phases(scenario: Scenario): [name: string, when: string][] {
  if (scenario.name !== 'command') {
    return [
      ['baseline', 'before the scan'],
      ['loaded', 'when all is scanned'],
      ['collected', 'when the GC has ended the Inflaters'],
      ['settled', `${formatSeconds(scenario.settleMs)} later`],
    ];
  }
  const { ready, steadyMs = 0, load, durationMs, gc, settleMs, graceMs } = scenario;
  const steady = steadyMs === 0 ? '' : `, and RSS is steady (waited for up to ${formatSeconds(steadyMs)})`;
  const own = durationMs === undefined ? 'when the program prints @phase loaded' : `${formatSeconds(durationMs)} later`;
  return [
    ['baseline', ready === undefined ? 'when the program prints @phase baseline' : `when it is ready: ${ready}${steady}`],
    ['loaded', load ? `when the load has ended: ${load.join(' ')}` : own],
    ...(gc ? [['collected', 'when the JVM has collected twice'] as [string, string]] : []),
    ['settled', `${formatSeconds(settleMs)} later; then comes SIGTERM, and SIGKILL after ${formatSeconds(graceMs)}`],
  ];
}

function describeTime(plan: RunPlan): string {
  const { rounds, isAtMost, timeoutMs, known, configurations } = plan;
  const { cells, leastMs, mostMs, likelyMs } = estimateRound(plan);
  if (cells === 0) return `Nothing can be run here: ${configurations.length === 1 ? 'it is' : 'all are'} skipped.`;
  const all = rounds === 1 ? 'One round' : `${isAtMost ? 'Up to ' : ''}${rounds} rounds`;
  const open = isAtMost ? ', until it is decided' : '';
  const of = `${cells} ${cells === 1 ? 'cell' : 'cells'}`;
  const bounds = `A round takes at least ${formatRoughTime(leastMs)}, which offheap itself waits, and at most ${formatRoughTime(mostMs)}, by the time-out of ${formatChosenTime(timeoutMs)} a cell (--timeout).`;
  const total = rounds === 1 ? '' : ` All rounds take at most ${formatRoughTime(rounds * mostMs)}.`;
  if (!known || likelyMs === undefined) {
    return `${all} of ${of}${open}. ${bounds}${total} What start, readiness and load take, the first cell shows.`;
  }
  const inAll = rounds === 1 ? '' : `, ${isAtMost ? 'at most ' : ''}${formatRoughTime(rounds * likelyMs)} in all`;
  return `${all} of ${of}${open}. As long as in ${known.file} (${known.cellMs.length} cells, ${formatSeconds(likelyMs / cells)} each in the median): ${formatRoughTime(likelyMs)} a round${inAll}. ${bounds}`;
}
