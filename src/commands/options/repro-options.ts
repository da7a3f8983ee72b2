import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Jdk } from '../../jvm/java-home.ts';
import { OffheapError } from '../../model/errors.ts';
import type { ReproScenario } from '../../model/result.ts';
import { parseByteSize, parseDuration, parseInteger, quote } from '../../model/units.ts';
import { cacheFolder } from '../../process/paths.ts';
import { moreOption } from '../help/more-options.ts';
import type { Progress } from '../run/progress.ts';

const loaders = ['leaky', 'half', 'fixed', 'jdk'];
const scans = ['none', 'package', 'all'];

/** Options that say what the bundled reproducer does. */
export interface ReproOptions {
  loader: string;
  scan: string;
  package: string;
  threads: string;
  passes: string;
  streams: string;
  heap: string;
  settle: string;
  jars?: string;
  java?: string;
}

export function addReproOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--loader <name>',
        'who ends the Inflaters; leaky: nobody, as Boot 2.0.4; half: 2.0.5; fixed: 2.1.0; jdk: JarFile; or spring-boot:VERSION',
      )
        .choices(loaders)
        .argParser(parseLoader)
        .default('leaky'),
    )
    .addOption(new Option('--scan <degree>', 'how much to scan').choices(scans).default('all'))
    .addOption(moreOption('--package <prefix>', 'what --scan=package scans', 'java/util/zip/'))
    .addOption(moreOption('--threads <n>', 'threads that scan', '8'))
    .addOption(moreOption('--passes <n>', 'scan everything n times', '1'))
    .addOption(moreOption('--streams <n>', 'streams to open in a pass', '32000'))
    .addOption(moreOption('--heap <size>', 'Java heap: of fixed size, and touched before the scan', '384m'))
    .addOption(moreOption('--jars <path>', 'scan this fat jar, or the jars of this folder'))
    .option('--java <home>', 'the JDK to run (default: JAVA_HOME, else java on PATH)');
}

const releasePrefix = 'spring-boot:';

function parseLoader(text: string): string {
  if (loaders.includes(text) || /^spring-boot:\d[\w.-]*$/.test(text)) return text;
  throw new InvalidArgumentError(`Allowed choices are ${loaders.join(', ')}, ${releasePrefix}VERSION.`);
}

/** Checks the options, and returns what makes what the reproducer scans, once per JDK. */
/** What makes all that the reproducer needs. */
export type PrepareRepro = (jdk: Jdk, progress: Pick<Progress, 'update'>, signal: AbortSignal) => Promise<ReproScenario>;

export function prepareRepro(options: ReproOptions): PrepareRepro {
  const scenario = parseScenario(options);
  const ownJars = options.jars === undefined ? undefined : requireJars(options.jars);
  return async (jdk, progress, signal) => {
    const jars = ownJars ?? (await prepareScanSet(jdk, progress, signal));
    return { ...scenario, jars, ...(await prepareReleasedLoader(scenario.loader, progress, signal)) };
  };
}

/** For a plan: without the jars that are made, or fetched, when it runs. */
export function reproWithoutJars(options: ReproOptions): ReproScenario {
  return { ...parseScenario(options), jars: options.jars === undefined ? '' : requireJars(options.jars) };
}

async function prepareScanSet(jdk: Jdk, progress: Pick<Progress, 'update'>, signal: AbortSignal): Promise<string> {
  const { ensureScanSet } = await import('../../experiment/repro-launch.ts');
  const { execaRunner } = await import('../../process/execa-runner.ts');
  const onBuild = () => progress.update('building the scan set (once per JDK)');
  return ensureScanSet(jdk, execaRunner, { onBuild, signal });
}

/** The classes of a released loader; nothing for the built-in ones. */
async function prepareReleasedLoader(
  loader: string,
  progress: Pick<Progress, 'update'>,
  signal: AbortSignal,
): Promise<Pick<ReproScenario, 'loaderJar'>> {
  if (!loader.startsWith(releasePrefix)) return {};
  const { resolveSpringBootLoader, springBootVersion } = await import('../../jvm/spring-boot-loader.ts');
  const { runnerUntil } = await import('../../process/execa-runner.ts');
  const version = springBootVersion(loader.slice(releasePrefix.length));
  progress.update(`the loader of Spring Boot ${version}`);
  return { loaderJar: await resolveSpringBootLoader(version, cacheFolder(), runnerUntil(signal)) };
}

function parseScenario(options: ReproOptions): Omit<ReproScenario, 'jars'> {
  return {
    name: 'java-repro',
    loader: options.loader,
    scan: options.scan,
    package: options.package,
    threads: parseInteger(options.threads, '--threads', { min: 1, max: 1024 }),
    passes: parseInteger(options.passes, '--passes', { min: 1, max: 10_000 }),
    streams: parseInteger(options.streams, '--streams', { min: 1, max: 1_000_000 }),
    heapBytes: parseByteSize(options.heap, '--heap'),
    settleMs: parseDuration(options.settle, '--settle'),
  };
}

function requireJars(path: string): string {
  if (existsSync(path)) return resolve(path);
  throw new OffheapError('MISSING_FILE', `Expected --jars to be a jar or a folder of jars, but ${quote(path)} does not exist.`);
}
