import { isDeepStrictEqual } from 'node:util';
import type { Cell, CommandScenario, Host, Plan, ResultFile, Scenario, Settings } from '../model/result.ts';
import { variantsOf } from '../model/variants.ts';

/** What a result is to be compared with: known before anything is run. */
export interface Planned {
  scenario: CommandScenario;
  configuration: { key: string; settings: Settings };
  meter: boolean;
}

/** Cells of the baseline that are ok, under the same configuration. */
export function baselineCells({ cells }: ResultFile, configuration: string): Cell[] {
  return cells.filter((cell) => cell.configuration === configuration && cell.state === 'ok');
}

/** Why a result is no baseline of what is to be run, as the end of a sentence; undefined when it is one. */
export function whyNoBaseline(baseline: ResultFile, { scenario, configuration, meter }: Planned): string | undefined {
  const { plan } = baseline;
  if (!plan) return 'it does not say what was planned';
  if (plan.scenario.name !== 'command') return 'it is of the reproducer, and not of a program of yours';
  const variants = variantsOf(baseline);
  if (variants.length > 0) return `it is of the programs ${variants.map(({ name }) => name).join(', ')}, compared with each other`;
  const own = plan.configurations.find(({ key }) => key === configuration.key);
  if (!own) return `it has no run under ${configuration.key}, but under ${plan.configurations.map(({ key }) => key).join(', ')}`;
  if (!isDeepStrictEqual(own.settings, configuration.settings)) return `its ${configuration.key} has other settings`;
  const other = otherPhases(plan.scenario, scenario);
  if (other !== undefined) return `its ${other} is another`;
  if (plan.meter !== meter) return `it was measured ${plan.meter ? 'with' : 'without'} the meter`;
  if (plan.stacks) return 'its program was profiled';
  if (baselineCells(baseline, configuration.key).length === 0) return `it has no run under ${configuration.key} that is ok`;
  return undefined;
}

/** What says how the phases come about, by the options of the command line. */
const phaseOptions = {
  load: '--load',
  durationMs: '--duration',
  steadyMs: '--steady',
  gc: '--gc',
  settleMs: '--settle',
  step: '--step',
  prepare: '--prepare',
  warmups: '--warmup',
} as const satisfies Partial<Record<keyof CommandScenario, string>>;

function otherPhases(before: Scenario & { name: 'command' }, now: CommandScenario): string | undefined {
  const names = Object.keys(phaseOptions) as (keyof typeof phaseOptions)[];
  const other = names.find((name) => !isDeepStrictEqual(before[name], now[name]));
  return other && phaseOptions[other];
}

/** What else is not as it was, and may be why a figure has changed. */
export function baselineCautions(baseline: ResultFile, now: ResultFile, configuration: string): string[] {
  const [before, after] = [baseline.plan, now.plan];
  return [
    ...changed('program', commandOf(before), commandOf(after)),
    ...changed('--ready', readyOf(before), readyOf(after)),
    ...hostParts.flatMap(([name, part]) => changed(name, part(baseline.host), part(now.host))),
    ...changed('allocator', allocatorOf(baseline, configuration), allocatorOf(now, configuration)),
    ...changed('offheap', baseline.tool.version, now.tool.version),
    ...(baseline.complete ? [] : ['The baseline was interrupted.']),
  ];
}

const hostParts: readonly [string, (host: Host) => string | undefined][] = [
  ['kernel', ({ kernel }) => kernel],
  ['C library', ({ libc }) => libc],
  ['number of CPUs', ({ cpus }) => String(cpus)],
  ['memory of the machine', ({ memoryBytes }) => `${Math.round(memoryBytes / 2 ** 20)} MiB`],
  ['transparent huge pages', ({ transparentHugePages }) => transparentHugePages],
  ['JDK', ({ jdk }) => jdk && `${jdk.version}, ${jdk.vendor}`],
];

function changed(name: string, before: string | undefined, now: string | undefined): string[] {
  return before === now ? [] : [`Another ${name}: ${now ?? 'none'}; the baseline has ${before ?? 'none'}.`];
}

function commandOf(plan: Plan | undefined): string | undefined {
  return plan?.scenario.name === 'command' ? plan.scenario.command.join(' ') : undefined;
}

function readyOf(plan: Plan | undefined): string | undefined {
  return plan?.scenario.name === 'command' ? plan.scenario.ready : undefined;
}

function allocatorOf(result: ResultFile, configuration: string): string | undefined {
  const versions = baselineCells(result, configuration).map(({ provenance }) => provenance?.allocatorVersion);
  return versions.find((version) => version !== undefined);
}
