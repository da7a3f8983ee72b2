import type { Configuration } from '../../allocators/configurations.ts';
import { locateAllocator } from '../../allocators/locate.ts';
import { parseConfigurations } from '../../allocators/parse-configurations.ts';
import { runnable } from '../../allocators/registry.ts';
import { launchOf } from '../../experiment/launch.ts';
import { OffheapError } from '../../model/errors.ts';
import { execaRunner } from '../../process/execa-runner.ts';

export interface TracedProgram {
  command: string;
  args: string[];
  env: Record<string, string>;
  /** Of `env`, what is for the program alone, and not for strace. */
  settings: Record<string, string>;
  isCounted: boolean;
}

/** Without --allocator it is started as a shell would. */
export async function planProgram(words: readonly string[], allocator: string | undefined, folder: string): Promise<TracedProgram> {
  const [command = '', ...args] = words;
  if (allocator === undefined) {
    const inherited = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
    return { command, args, ...splitPreload(Object.fromEntries(inherited)), isCounted: false };
  }
  const [configuration, ...others] = parseConfigurations(allocator);
  if (!configuration || others.length > 0) throw new OffheapError('USAGE', 'Expected --allocator to name one configuration.');
  return planUnderConfiguration(words, configuration, folder);
}

async function planUnderConfiguration(
  words: readonly string[],
  configuration: Configuration,
  privateFolder: string,
): Promise<TracedProgram> {
  const location = await locateAllocator(configuration.allocator, execaRunner);
  if (!location.found) throw new OffheapError('MISSING_TOOL', location.reason);
  const scenario = { name: 'command' as const, command: [...words], gc: false, settleMs: 0, step: false, graceMs: 0 };
  const plan = { configuration, location, scenario, counter: undefined, repeat: 1, hold: false, attach: false, census: false };
  const { command, args, env } = launchOf(plan, { jdk: undefined, crashFolder: '', privateFolder });
  const isCounted = runnable[configuration.allocator].sight.liveBytes === 'itself';
  const environment = isCounted ? { env: { ...env }, settings: {} } : splitPreload(env);
  return { command, args: [...args], ...environment, isCounted };
}

function splitPreload(env: Readonly<Record<string, string>>): Pick<TracedProgram, 'env' | 'settings'> {
  const { LD_PRELOAD: preload, ...rest } = env;
  return { env: rest, settings: preload === undefined ? {} : { LD_PRELOAD: preload } };
}
