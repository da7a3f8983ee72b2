import type { CounterWriter } from '../model/counters.ts';
import { OffheapError } from '../model/errors.ts';
import { javaOptionsVariable } from '../model/java-options.ts';
import { preloadLibraryPath } from '../native/preload-paths.ts';
import { isJavaLauncher } from '../parse/java-command.ts';
import { whyNotExecutable } from '../process/noexec.ts';
import { plainPath } from '../process/plain-path.ts';
import type { Configuration } from './configurations.ts';
import { cleanEnvironment } from './environment.ts';
import type { Location } from './locate.ts';
import { runnable } from './registry.ts';

/** What a program is launched under. */
export interface LaunchConfiguration {
  configuration: Configuration;
  location: Location;
  /** What counts live bytes: the mmap allocator itself, libmeter.so in front of any other one, or nothing. */
  counter: CounterWriter | undefined;
}

export interface LaunchOptions {
  /** Of this launch alone: its counters, and names of the libraries that LD_PRELOAD can carry. Has to stay as long as the program runs. */
  privateFolder: string;
  /** For the JVM, after those of the configuration. */
  extraJvmFlags?: readonly string[];
}

/** A command line and its complete environment. */
export interface Launch {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Variables that were set outside and would have changed the measurement. */
  removed: readonly string[];
}

/** What counts under an allocator that counts itself; undefined for any other. */
export function ownCounterOf({ allocator }: Configuration): CounterWriter | undefined {
  return runnable[allocator].sight.liveBytes === 'itself' ? 'mmapalloc' : undefined;
}

/** How a program, given with its arguments, is started under a configuration. */
export function launchUnder(
  under: LaunchConfiguration,
  [command = '', ...args]: readonly string[],
  { privateFolder, extraJvmFlags = [] }: LaunchOptions,
): Launch {
  const jvmFlags = [...under.configuration.jvmFlags, ...extraJvmFlags];
  const settings = environmentOf(under, privateFolder);
  if (isJavaLauncher(command)) return { command, args: [...jvmFlags, ...args], ...cleanEnvironment(process.env, settings) };
  if (jvmFlags.length > 0) settings[javaOptionsVariable] = jvmFlags.join(' ');
  return { command, args, ...cleanEnvironment(process.env, settings) };
}

/** The variables that put a configuration into force. The meter comes first: it forwards to the allocator behind it, or to glibc. */
export function environmentOf(
  { configuration, location, counter }: LaunchConfiguration,
  privateFolder: string,
): Record<string, string> {
  const environment = { ...configuration.env };
  const meter = counter === 'meter' ? preloadLibraryPath('meter') : undefined;
  const allocator = location.found ? location.preload : undefined;
  const libraries = [meter, allocator].filter((path) => path !== undefined);
  if (libraries.length > 0) environment['LD_PRELOAD'] = libraries.map((path) => preloadable(path, privateFolder)).join(':');
  if (counter !== undefined) environment['OFFHEAP_COUNTERS_DIR'] = privateFolder;
  return environment;
}

/** The dynamic linker goes on without a library that it cannot load: the program would run under another allocator. */
function preloadable(path: string, privateFolder: string): string {
  const reason = whyNotExecutable(path);
  if (reason !== undefined) throw new OffheapError('CHILD_FAILED', reason);
  return plainPath(path, privateFolder);
}
