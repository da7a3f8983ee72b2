import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { shippable } from '../allocators/configurations.ts';
import { defaultReference, selectConfigurations } from '../allocators/select-configurations.ts';
import { selectVariants } from '../allocators/select-variants.ts';
import { commonJdk } from '../experiment/own-program.ts';
import { type ResultFile, resultFile } from '../model/result.ts';
import { defaultRules } from '../stats/decide.ts';
import { checkArgument, parseArgument } from './arguments.ts';
import { type MatrixRun, runMatrix } from './matrix.ts';
import { defaultTimeoutMs, programOptions, resolveCommandJdk, toScenario, words } from './program.ts';
import { resolveVariants, variantsOption } from './variants.ts';

export const largestSeed = 2 ** 31 - 1;
export const mostRepeats = 1000;
export const mostCores = 4096;
export const defaultMaxRepeats = 20;
/** A hundred times as much. */
export const mostCost = 100;

const compareOptions = programOptions.extend({
  /** The program and its arguments, such as `['java', '-jar', 'app.jar']`. It is started without a shell. This or `variants`. */
  command: words.optional(),
  /**
   * Programs to compare with each other under one configuration, instead of `command`: name → program and arguments, such as
   * `{ old: ['java', '-jar', 'app-1.4.jar'], new: ['java', '-jar', 'app-1.5.jar'] }`.
   */
  variants: variantsOption.optional(),
  /**
   * Which configurations: each is an item of `--allocator`, such as `jemalloc-bg` or `fast=jemalloc`. An item `MALLOC_CONF=…` is a setting of the one before it.
   * Default: all but `mmap`; with `variants` it has to be one, and is `glibc`.
   */
  configurations: z.array(z.string()).min(1).optional(),
  /** How often every configuration is run, in rounds of random order. Default: as often as it takes to decide. */
  repeats: z.int().min(1).max(mostRepeats).optional(),
  /** Without `repeats`: how often a configuration is run at most. Default 20. */
  maxRepeats: z.int().min(1).max(mostRepeats).optional(),
  /** Share of the reference’s settled RSS that a configuration has to save to be recommended. Default 0.05. */
  minSaving: z.number().min(0).max(0.99).optional(),
  /** Share by which load time, processor time and each metric may be worse. Default 0.05. */
  maxCost: z.number().min(0).max(mostCost).optional(),
  /** The key of the configuration that the others are compared with. Default `glibc`; with `variants` the first. */
  reference: z.string().optional(),
  /** Of the random order, to have it again. */
  seed: z.int().min(0).max(largestSeed).optional(),
  /** The cores of the host to simulate: the limit of glibc’s arenas is eight times this number. */
  cores: z.int().min(1).max(mostCores).optional(),
  /** At the end of the burst, count zlib’s states in the heap of malloc (glibc) and Inflaters in that of Java. */
  census: z.boolean().optional(),
  /** Profile each JVM from its start by async-profiler, for the Java stacks of what is live after the burst. It is fetched once, from Maven Central. */
  stacks: z.boolean().optional(),
  /** A result of the same plan that was interrupted: its cells are kept, and only those that it lacks are run. */
  resumed: resultFile.optional(),
});

/** What `compare` runs, and how. Times are in milliseconds. */
export type CompareOptions = Omit<z.input<typeof compareOptions>, 'resumed'> & {
  /** A result of the same plan that was interrupted: its cells are kept, and only those that it lacks are run. */
  resumed?: ResultFile | undefined;
};

/**
 * Starts a program once per configuration and repeat, takes it through its phases (baseline, loaded, collected, settled) and measures it from outside: the object
 * that `offheap compare --format=json` prints. A cell that fails is a cell with its `state` and `reason`, and no error.
 *
 * When `signal` is aborted the program that runs is ended, and the result has the cells that were finished, with `complete: false`.
 *
 * @throws TypeError for a wrong argument
 * @throws OffheapError MISSING_TOOL or MISSING_FILE where nothing can be run; USAGE where `resumed` is of another plan
 */
export async function compare(options: CompareOptions): Promise<ResultFile> {
  const checked = checkArgument('options', options, compareOptions);
  const { resumed, seed } = checked;
  const { meter = true, doctor = true, census = false, stacks = false, timeoutMs = defaultTimeoutMs } = checked;
  const { repeats, maxRepeats = defaultMaxRepeats, minSaving, maxCost } = checked;
  if (repeats !== undefined && checked.maxRepeats !== undefined)
    throw new TypeError('Expected options to have repeats or maxRepeats, got both: repeats are run whatever they show.');
  const { command, ...matrix } = await planMatrix(checked);
  const isAlone = matrix.configurations.length === 1;
  const scenario = toScenario({ ...checked, command });
  const { signal, onProgress, onResult } = checked;
  return runMatrix({
    ...matrix,
    ...{ scenario, meter, doctor, census, stacks, timeoutMs, resumed, signal, onProgress, onResult },
    // One alone is compared with nothing.
    repeats: repeats ?? (isAlone ? 1 : maxRepeats),
    untilDecided: repeats === undefined && !isAlone,
    rules: { minSaving: minSaving ?? defaultRules.minSaving, maxCost: maxCost ?? defaultRules.maxCost },
    seed: seed ?? resumed?.seed ?? randomInt(largestSeed + 1),
  });
}

type Matrix = Pick<MatrixRun, 'configurations' | 'programs' | 'reference' | 'jdk'> & { command: string[] };

/** What is run under what: one program under several configurations, or several programs under one. */
async function planMatrix(options: z.output<typeof compareOptions>): Promise<Matrix> {
  const { command, variants, configurations: items, reference, cores } = options;
  const names = { '--variant': 'options.variants', '--allocator': 'options.configurations', '--reference': 'options.reference' };
  if ((command === undefined) === (variants === undefined))
    throw new TypeError('Expected options to have command or variants, and not both.');
  if (variants) {
    const list = (items ?? [defaultReference]).join(',');
    const selected = parseArgument(names, () => selectVariants({ names: Object.keys(variants), list, reference, cores }));
    const programs = await resolveVariants(variants);
    return { ...selected, programs, jdk: commonJdk(programs), command: Object.values(variants)[0] ?? [] };
  }
  const selection = { list: (items ?? shippable).join(','), reference: reference ?? defaultReference, cores };
  return {
    command: command ?? [],
    configurations: parseArgument(names, () => selectConfigurations(selection)),
    reference: selection.reference,
    jdk: await resolveCommandJdk(command ?? []),
  };
}
