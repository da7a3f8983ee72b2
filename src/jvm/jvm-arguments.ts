import { printable } from '../model/printable.ts';
import { tellsMain } from '../parse/java-command.ts';
import { readArguments } from '../process/command-line.ts';
import { readPerfData } from './perf-data.ts';

/**
 * The arguments of a JVM. Where they do not tell what it runs, what the JVM says of that comes behind them, as `jcmd` prints it (jvmstat: sun.rt.javaCommand): class or jar, and arguments.
 *
 * @param files those that it has mapped
 */
export async function readJvmArguments(pid: number, files: readonly string[]): Promise<string[]> {
  const argv = await readArguments(pid);
  if (argv.length === 0 || tellsMain(argv)) return argv;
  const command = (await readPerfData(pid, files))?.get('sun.rt.javaCommand') ?? '';
  return command === '' ? argv : [...argv, ...command.split(' ').map(printable)];
}
