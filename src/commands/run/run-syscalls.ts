import type { Configuration } from '../../allocators/configurations.ts';
import { ownCounterOf } from '../../allocators/launch.ts';
import { parseConfigurations } from '../../allocators/parse-configurations.ts';
import { OffheapError } from '../../model/errors.ts';
import type { SyscallsResult } from '../../model/syscalls.ts';
import { execaRunner } from '../../process/execa-runner.ts';
import { withPrivateFolder } from '../../process/private-folder.ts';
import { toolVersion } from '../../process/tool-version.ts';
import { countSyscalls } from '../../trace/counted.ts';
import { configuredLaunch, plainLaunch } from '../../trace/launch.ts';
import { type TraceRequest, traceSyscalls } from '../../trace/strace.ts';
import { interruptible } from './interruptible.ts';

/** A process that runs, or a program to start. */
export type SyscallsTarget = { pid: number } | { command: readonly string[]; allocator: string | undefined };

export type SyscallsLimits = Pick<TraceRequest, 'forMs' | 'graceMs' | 'onLine' | 'largeFromBytes' | 'largeShown'>;

/** Interruptible; what was seen until then is the result. */
export async function recordSyscalls(target: SyscallsTarget, limits: SyscallsLimits): Promise<SyscallsResult> {
  const configuration = 'pid' in target ? undefined : parseConfiguration(target.allocator);
  const interruption = interruptible();
  const startedAt = new Date().toISOString();
  const startedMs = performance.now();
  const describeRun = () => ({
    schemaVersion: 1 as const,
    tool: { name: 'offheap' as const, version: toolVersion },
    ...('pid' in target ? {} : { command: [...target.command] }),
    startedAt,
    durationMs: Math.round(performance.now() - startedMs),
  });
  const ofTrace = (traced: Awaited<ReturnType<typeof traceSyscalls>>) => ({
    ...describeRun(),
    source: 'strace' as const,
    ...traced,
  });
  try {
    return await withPrivateFolder(async (folder) => {
      const run = { ...limits, folder, runner: execaRunner, signal: interruption.signal };
      if ('pid' in target) return ofTrace(await traceSyscalls({ ...run, traced: target }));
      const launch = configuration
        ? await configuredLaunch(configuration, target.command, { privateFolder: folder, runner: execaRunner })
        : plainLaunch(target.command);
      if (configuration && ownCounterOf(configuration)) {
        const counted = await countSyscalls({ ...run, launch });
        return { ...describeRun(), source: 'counters', ...counted };
      }
      return ofTrace(await traceSyscalls({ ...run, traced: launch }));
    });
  } finally {
    interruption.release();
  }
}

/** Without --allocator it is started as a shell would. */
function parseConfiguration(allocator: string | undefined): Configuration | undefined {
  if (allocator === undefined) return undefined;
  const [configuration, ...others] = parseConfigurations(allocator);
  if (!configuration || others.length > 0) throw new OffheapError('USAGE', 'Expected --allocator to name one configuration.');
  return configuration;
}
