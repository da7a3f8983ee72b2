import { allocatorNamed } from '../../allocators/registry.ts';
import { runDiagnosticCommand } from '../../jvm/attach.ts';
import type { AllocatorAnswer } from '../../model/allocator-answer.ts';
import { OffheapError } from '../../model/errors.ts';
import { askAllocator } from '../../observe/ask-allocator.ts';
import { readEnvironment } from '../../observe/identity.ts';
import { withPurgeable } from '../../observe/purgeable.ts';
import { parseCommandNames } from '../../parse/vm-texts.ts';
import { servingAnswer } from '../../stats/allocator-idle.ts';
import type { Subject } from '../subject.ts';
import type { Teller, Way } from './way.ts';

export interface GiveBackOptions {
  /** For each thing that the JVM is told or asked. */
  timeoutMs: number;
  /** Calls it off: it rejects. What the JVM was told to do it does. */
  signal: AbortSignal;
}

const trimCommand = 'System.trim_native_heap';
/** By which a process is kept away. */
export const tendVariable = 'OFFHEAP_TEND';

/** Asks the JVM what it can, which does not change. @throws OffheapError as attach does, and where its environment cannot be read */
export async function findWay(subject: Subject, loadsAgent: boolean, options: GiveBackOptions): Promise<Way> {
  const { pid, isJvm, memory, look } = subject;
  const { environment, isCut } = await readEnvironment(pid);
  const wish = environment.get(tendVariable);
  if (wish === 'off') return { refusal: `${tendVariable}=off in its environment keeps it away` };
  if (isCut) return { refusal: `its environment is too long to tell whether ${tendVariable}=off is in it` };
  if (!isJvm) return { refusal: 'it is no JVM' };
  if (!memory.answers?.jvm.hasAnswered)
    throw new OffheapError('ATTACH_FAILED', `Expected JVM ${pid} to answer, but it did not. See why: offheap doctor ${pid}`);
  const { sight } = allocatorNamed(look?.allocator ?? '');
  if (sight.byJvm && look?.malloc && (await hasTrimCommand(pid, options))) return { by: 'jvm' };
  if (!sight.byAgent) return { refusal: `${look?.allocator ?? 'its allocator'} has no function for it` };
  if (loadsAgent) return { by: 'agent' };
  return { refusal: `${sight.byJvm ? `its JDK has no ${trimCommand}` : 'only an agent can tell its allocator'}: see --load-agent` };
}

async function hasTrimCommand(pid: number, options: GiveBackOptions): Promise<boolean> {
  return parseCommandNames(await runDiagnosticCommand(pid, 'help', options)).has(trimCommand);
}

/** What the allocator that serves malloc says of itself. @throws OffheapError ATTACH_FAILED where it is none that answers */
export async function askServing(pid: number, options: GiveBackOptions): Promise<AllocatorAnswer> {
  return requireServing(pid, await withPurgeable(pid, await askAllocator(pid, 'ask', options), options.signal));
}

/**
 * Has it give back what is idle. Returns how long that took: by the agent's clock, or until the JVM had answered.
 *
 * @throws OffheapError ATTACH_FAILED, NO_SUCH_PROCESS or NATIVE_MISSING
 */
export async function giveBack(pid: number, by: Teller, options: GiveBackOptions): Promise<number> {
  const begun = performance.now();
  if (by === 'agent') {
    const { purge } = requireServing(pid, await askAllocator(pid, 'purge', options));
    return purge?.isDone ? purge.tookMs : refuseAnswer(pid);
  }
  await runDiagnosticCommand(pid, trimCommand, options);
  return performance.now() - begun;
}

function requireServing(pid: number, allocatorAnswers: readonly AllocatorAnswer[]): AllocatorAnswer {
  const answer = servingAnswer({ allocatorAnswers });
  return answer ?? refuseAnswer(pid);
}

function refuseAnswer(pid: number): never {
  throw new OffheapError(
    'ATTACH_FAILED',
    `Expected an allocator in process ${pid} that serves malloc and gives back what is idle, found none. What is there: offheap doctor ${pid} --ask-allocator`,
  );
}
