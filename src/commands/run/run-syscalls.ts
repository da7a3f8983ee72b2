import type { SyscallsResult } from '../../model/syscalls.ts';
import { execaRunner } from '../../process/execa-runner.ts';
import { withPrivateFolder } from '../../process/private-folder.ts';
import { toolVersion } from '../../process/tool-version.ts';
import { countSyscalls } from '../../trace/counted.ts';
import { type TraceRequest, traceSyscalls } from '../../trace/strace.ts';
import { interruptible } from './interruptible.ts';
import { planProgram } from './syscalls-program.ts';

/** A process that runs, or a program to start. */
export type SyscallsTarget = { pid: number } | { command: readonly string[]; allocator: string | undefined };

export type SyscallsLimits = Pick<TraceRequest, 'forMs' | 'graceMs' | 'onLine' | 'largeFromBytes' | 'largeShown'>;

/** Interruptible; what was seen until then is the result. */
export async function recordSyscalls(target: SyscallsTarget, limits: SyscallsLimits): Promise<SyscallsResult> {
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
  try {
    return await withPrivateFolder(async (folder) => {
      const run = { ...limits, folder, runner: execaRunner, signal: interruption.signal };
      const program = 'pid' in target ? target : await planProgram(target.command, target.allocator, folder);
      if ('isCounted' in program && program.isCounted) {
        const counted = await countSyscalls({ ...run, ...program });
        return { ...describeRun(), source: 'counters', ...counted };
      }
      const traced = await traceSyscalls({ ...run, target: program });
      return { ...describeRun(), source: 'strace', ...traced };
    });
  } finally {
    interruption.release();
  }
}
