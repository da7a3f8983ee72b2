import { OffheapError } from '../model/errors.ts';
import { runDiagnosticCommand } from './attach.ts';

const loadTimeoutMs = 10_000;

/**
 * Has a JVM load async-profiler, or tells the one that it has loaded what to do. HotSpot's parser takes `=` for the end of an option's name, unless the whole is quoted.
 *
 * @throws OffheapError ATTACH_FAILED when the JVM does not, or the agent refuses
 */
export async function loadProfiler(pid: number, agent: string, options: string): Promise<void> {
  const reply = await runDiagnosticCommand(pid, `JVMTI.agent_load ${agent} "${options}"`, { timeoutMs: loadTimeoutMs });
  const code = /return code: (-?\d+)/.exec(reply)?.[1];
  if (code !== '0') {
    throw new OffheapError(
      'ATTACH_FAILED',
      `Expected process ${pid} to load async-profiler, but it answered ${code === undefined ? reply.trim() : `status ${code}`}. See what the JVM wrote to its stderr.`,
    );
  }
}
