import { basename } from 'node:path';
import type { Jdk } from '../jvm/java-home.ts';
import { preloadLibraryPath } from '../native/preload-paths.ts';
import { cleanEnvironment } from '../process/environment.ts';
import type { ProcessSpec } from '../process/runner.ts';
import type { CellPlan } from './plan.ts';
import { javaArguments } from './repro-launch.ts';

export interface Launch extends Required<Omit<ProcessSpec, 'onErrorLine' | 'privateFolder' | 'group'>> {
  /** Variables that were set outside and would have changed the measurement. */
  removed: string[];
}

export interface LaunchContext {
  /** Of the reproducer's own launcher; undefined for a command that starts none or another one. */
  jdk: Jdk | undefined;
  /** Where the reproducer's JVM puts its error log if it crashes. */
  crashFolder: string;
  counterFolder: string;
  /** A flag that loads the profiler into the JVM. */
  profilerFlag?: string | undefined;
}

/** How the program of a cell is started under its configuration. */
export function launchOf(plan: CellPlan, { jdk, crashFolder, counterFolder, profilerFlag }: LaunchContext): Launch {
  const { scenario, configuration } = plan;
  const jvmFlags = [...configuration.jvmFlags, ...(profilerFlag === undefined ? [] : [profilerFlag])];
  const settings = settingsOf(plan, counterFolder);
  if (scenario.name === 'java-repro') {
    const args = javaArguments(scenario, jvmFlags, crashFolder);
    return { command: jdk?.launcher ?? 'java', args, stdin: 'lines', ...cleanEnvironment(process.env, settings) };
  }
  const [command = '', ...args] = scenario.command;
  const stdin = scenario.step ? 'lines' : 'none';
  if (isJava(command)) return { command, args: [...jvmFlags, ...args], stdin, ...cleanEnvironment(process.env, settings) };
  // Whatever starts the JVM in the end: each reads this variable (JVMTI specification, "JAVA_TOOL_OPTIONS").
  const flags: Record<string, string> = jvmFlags.length > 0 ? { JAVA_TOOL_OPTIONS: jvmFlags.join(' ') } : {};
  return { command, args, stdin, ...cleanEnvironment(process.env, { ...settings, ...flags }) };
}

/** Whether a command is the JDK's launcher itself, which takes JVM flags in front of its other arguments. */
export function isJava(command: string): boolean {
  return basename(command) === 'java';
}

/** The meter comes first: it forwards to the allocator behind it, or to glibc. */
function settingsOf({ configuration, location, counter }: CellPlan, counterFolder: string): Record<string, string> {
  const allocator = location.found ? location.preload : undefined;
  const preload = [counter === 'meter' ? preloadLibraryPath('meter') : undefined, allocator].filter((path) => path !== undefined);
  return {
    ...configuration.env,
    ...(preload.length === 0 ? {} : { LD_PRELOAD: preload.join(':') }),
    ...(counter === undefined ? {} : { OFFHEAP_COUNTERS_DIR: counterFolder }),
  };
}
