import { cleanEnvironment } from '../allocators/environment.ts';
import { environmentOf, type Launch, launchUnder } from '../allocators/launch.ts';
import type { Jdk } from '../jvm/java-home.ts';
import { utf8Locale } from '../process/environment.ts';
import type { ProcessSpec } from '../process/runner.ts';
import type { PlannedCell } from './planned-cell.ts';
import { javaArguments } from './repro-launch.ts';

export interface CellLaunch extends Launch {
  stdin: NonNullable<ProcessSpec['stdin']>;
}

export interface CellLaunchOptions {
  /** Of the reproducer's own launcher; undefined for a command that starts none or another one. */
  jdk: Jdk | undefined;
  /** Where the reproducer's JVM puts its error log if it crashes. */
  crashFolder: string;
  /** Of the cell alone; has to stay as long as the program runs. */
  privateFolder: string;
  /** A flag that loads the profiler into the JVM. */
  profilerFlag: string | undefined;
}

/** How the program of a cell is started under its configuration. */
export function launchOf(planned: PlannedCell, { jdk, crashFolder, privateFolder, profilerFlag }: CellLaunchOptions): CellLaunch {
  const { scenario, configuration } = planned;
  const extraJvmFlags = profilerFlag === undefined ? [] : [profilerFlag];
  if (scenario.name === 'command') {
    const stdin = scenario.step ? 'lines' : 'none';
    return { ...launchUnder(planned, scenario.command, { privateFolder, extraJvmFlags }), stdin };
  }
  const jvmFlags = [...configuration.jvmFlags, ...extraJvmFlags];
  return {
    command: jdk?.launcher ?? 'java',
    args: javaArguments(scenario, jvmFlags, { crashFolder, privateFolder }),
    ...cleanEnvironment(process.env, { ...environmentOf(planned, privateFolder), ...utf8Locale }),
    stdin: 'lines',
  };
}
