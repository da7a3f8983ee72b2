import { allowsAttach } from '../jvm/attach-allowed.ts';
import { readJvmArguments } from '../jvm/jvm-arguments.ts';
import { readPerfData } from '../jvm/perf-data.ts';
import { parseMappedFiles } from '../parse/maps.ts';
import { readEnvironment, readProcFile } from './identity.ts';

/**
 * Whether a JVM lets anyone attach. One that does not is not to be sent SIGQUIT, nor waited for.
 *
 * @throws OffheapError NO_SUCH_PROCESS or NO_PERMISSION
 */
export async function mayAttach(pid: number): Promise<boolean> {
  const files = [...parseMappedFiles(await readProcFile(pid, 'maps'))];
  const { environment } = await readEnvironment(pid);
  return allowsAttach({ argv: await readJvmArguments(pid, files), environment, counters: await readPerfData(pid, files) });
}
