import type { Configuration } from '../allocators/configurations.ts';
import { locateConfiguration } from '../allocators/locate.ts';
import { type FitOfConfiguration, type FitPlan, type FitResult, fitFile, fitSchemaVersion } from '../model/fit.ts';
import type { Scenario } from '../model/result.ts';
import { toolVersion } from '../process/tool-version.ts';
import { searchHeap } from './heap-search.ts';
import { describeHost } from './host.ts';
import { type PlannedCell, settingsOf } from './planned-cell.ts';
import { readChecked, requireResumable } from './resume.ts';
import { LimitSearch, type SearchOptions } from './search.ts';

export interface FitRequest extends SearchOptions {
  configurations: readonly Configuration[];
  scenario: Scenario;
  reference: string;
  /** Percentages of the limit for the heap, ascending, of which that with the smallest limit is looked for; undefined: the heap is as the command has it. */
  heapPercentages: readonly number[] | undefined;
  /** A result of the same plan that was interrupted: what it has found and tried is kept. */
  resumed?: FitResult | undefined;
  /** Called before the first attempt, and after every one, with the result so far. */
  onResult: (result: FitResult) => Promise<void>;
}

/** Finds the smallest memory limit under which a program survives its load, for one configuration after the other. */
export async function runFit(request: FitRequest): Promise<FitResult> {
  const { configurations, resumed, limiter, jdk, onResult } = request;
  const result: FitResult = {
    schemaVersion: fitSchemaVersion,
    kind: 'fit',
    tool: { name: 'offheap', version: toolVersion },
    startedAt: resumed?.startedAt ?? new Date().toISOString(),
    complete: false,
    host: describeHost(jdk),
    limits: { kind: 'cgroup', version: limiter.version, folder: limiter.folder },
    plan: planOf(request),
    configurations: resumed?.configurations ?? [],
  };
  if (resumed) requireResumable(resumed, result);
  await onResult(result);
  for (const configuration of configurations) {
    const fit = entryOf(result, configuration);
    const planned = await planCell(configuration, request);
    const save = () => onResult(result);
    if (fit.state === 'searching' && !(await new LimitSearch(planned, fit, request, save).run())) return result;
    if (request.heapPercentages === undefined || fit.state !== 'found') continue;
    const isOver = await searchHeap({
      planned,
      reference: fit,
      grid: request.heapPercentages,
      options: request,
      entryOf: (percentage) => entryOf(result, configuration, percentage),
      save,
    });
    if (!isOver) return result;
  }
  result.complete = true;
  await onResult(result);
  return result;
}

/** Reads a result file to be resumed. */
export function readFit(path: string): Promise<FitResult> {
  return readChecked(path, fitFile);
}

function planOf({
  configurations,
  scenario,
  reference,
  repeats,
  resolutionBytes,
  maxSlowdown,
  pinJvm,
  confirm,
  heapPercentages,
  timeoutMs,
}: FitRequest): FitPlan {
  return {
    scenario,
    configurations: configurations.map((configuration) => ({
      key: configuration.key,
      allocator: configuration.allocator,
      settings: settingsOf(configuration),
    })),
    reference,
    repeats,
    resolutionBytes,
    maxSlowdown,
    ...(pinJvm === undefined ? {} : { pinJvm }),
    ...(heapPercentages === undefined ? {} : { heapPercentages: [...heapPercentages] }),
    ...(confirm === 0 ? {} : { confirm }),
    timeoutMs,
  };
}

function entryOf({ configurations }: FitResult, { key }: Configuration, percentage?: number): FitOfConfiguration {
  const known = configurations.find(({ configuration, heapPercentage }) => configuration === key && heapPercentage === percentage);
  if (known) return known;
  const heap = percentage === undefined ? {} : { heapPercentage: percentage };
  const entry: FitOfConfiguration = { configuration: key, ...heap, state: 'searching', attempts: [] };
  configurations.push(entry);
  return entry;
}

async function planCell(configuration: Configuration, { runner, scenario }: FitRequest): Promise<PlannedCell> {
  const location = await locateConfiguration(configuration, runner);
  // No meter: its page would count against the limit. No attach either, but for the first run without a limit, which proves the configuration.
  return { configuration, location, scenario, counter: undefined, repeat: 1, hold: undefined, attach: false, census: false };
}
