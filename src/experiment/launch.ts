import { basename } from 'node:path';
import { cleanEnvironment } from '../allocators/environment.ts';
import type { Jdk } from '../jvm/java-home.ts';
import { OffheapError } from '../model/errors.ts';
import { javaOptionsVariable } from '../model/java-options.ts';
import { preloadLibraryPath } from '../native/preload-paths.ts';
import { utf8Locale } from '../process/environment.ts';
import { whyNotExecutable } from '../process/noexec.ts';
import { plainPath } from '../process/plain-path.ts';
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
  /** Of the cell alone: its counters, and names of the libraries to be preloaded that LD_PRELOAD can carry. Has to stay as long as the program runs. */
  privateFolder: string;
  /** A flag that loads the profiler into the JVM. */
  profilerFlag?: string | undefined;
}

/** How the program of a cell is started under its configuration. */
export function launchOf(plan: CellPlan, { jdk, crashFolder, privateFolder, profilerFlag }: LaunchContext): Launch {
  const { scenario, configuration } = plan;
  const jvmFlags = [...configuration.jvmFlags, ...(profilerFlag === undefined ? [] : [profilerFlag])];
  const settings = settingsOf(plan, privateFolder);
  if (scenario.name === 'java-repro') {
    const args = javaArguments(scenario, jvmFlags, { crashFolder, privateFolder });
    return {
      command: jdk?.launcher ?? 'java',
      args,
      stdin: 'lines',
      ...cleanEnvironment(process.env, { ...settings, ...utf8Locale }),
    };
  }
  const [command = '', ...args] = scenario.command;
  const stdin = scenario.step ? 'lines' : 'none';
  if (isJava(command)) return { command, args: [...jvmFlags, ...args], stdin, ...cleanEnvironment(process.env, settings) };
  const flags: Record<string, string> = jvmFlags.length > 0 ? { [javaOptionsVariable]: jvmFlags.join(' ') } : {};
  return { command, args, stdin, ...cleanEnvironment(process.env, { ...settings, ...flags }) };
}

/** Whether a command is the JDK's launcher itself, which takes JVM flags in front of its other arguments. */
export function isJava(command: string): boolean {
  return basename(command) === 'java';
}

/** The meter comes first: it forwards to the allocator behind it, or to glibc. */
function settingsOf({ configuration, location, counter }: CellPlan, privateFolder: string): Record<string, string> {
  const allocator = location.found ? location.preload : undefined;
  const preload = [counter === 'meter' ? preloadLibraryPath('meter') : undefined, allocator].filter((path) => path !== undefined);
  return {
    ...configuration.env,
    ...(preload.length === 0 ? {} : { LD_PRELOAD: preload.map((path) => preloadable(path, privateFolder)).join(':') }),
    ...(counter === undefined ? {} : { OFFHEAP_COUNTERS_DIR: privateFolder }),
  };
}

/** The dynamic linker goes on without a library that it cannot load: the program would run under another allocator. */
function preloadable(path: string, privateFolder: string): string {
  const reason = whyNotExecutable(path);
  if (reason !== undefined) throw new OffheapError('CHILD_FAILED', reason);
  return plainPath(path, privateFolder);
}
