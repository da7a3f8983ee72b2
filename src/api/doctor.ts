import { join } from 'node:path';
import { z } from 'zod';
import type { ExpectedTrim } from '../doctor/apply.ts';
import { examine } from '../doctor/examine.ts';
import type { AllocationStacks, DoctorResult } from '../model/doctor.ts';
import { mallocSettings } from '../model/malloc-settings.ts';
import { profileStacks } from '../observe/allocation-stacks.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { cacheFolder } from '../process/paths.ts';
import { abortSignal, callback, checkArgument, duration, pidArgument } from './arguments.ts';
import { makePatient } from './patient.ts';

const doctorOptions = z.strictObject({
  /** Look twice, this time apart, and tell what grows in `evidence.growth`. In milliseconds; a leak is told from 10,000 on. Default: one look. */
  forMs: duration.optional(),
  /** Then have the JVM collect its whole heap, and tell in `applied` what that freed. Changes the process. */
  gc: z.boolean().optional(),
  /**
   * Then have the allocator give back what is idle, and tell in `applied` what came back and what was predicted. Changes the process. Where the JVM has no command
   * for it (JDK 8 and 11, or another allocator than glibc's) it loads an agent.
   */
  trim: z.boolean().optional(),
  /** Then have glibc's malloc take settings, by an agent that the JVM loads. Changes the process, until its next start. */
  set: mallocSettings.optional(),
  /** Have the JVM load an agent, by which its allocators answer in `evidence.allocatorAnswers`. It stays mapped, some KiB. */
  askAllocator: z.boolean().optional(),
  /** Count Inflaters and classes in the Java heap. The JVM stands still meanwhile. */
  histogram: z.boolean().optional(),
  /** Show what the largest mappings hold, in `peek`: the result has contents of memory then. */
  peek: z.boolean().optional(),
  /** Load async-profiler into the JVM for this time, in milliseconds, and tell in `stacks` who allocated what was not freed meanwhile. It is fetched once, from Maven Central. */
  stacksMs: duration.optional(),
  /** The longest time that the answers of the JVM to one look, or one command of it, may take, in milliseconds. Default 10,000. */
  timeoutMs: duration.optional(),
  /**
   * Processor time for reading malloc's heaps at one look, in milliseconds, when the first 1,500 ms left more than 3 % of their RSS unread. Four times as much may pass. Default
   * 15,000; 0: no more than the first.
   */
  patienceMs: duration.optional(),
  /**
   * Processor time for finding who owns the blocks of malloc, in milliseconds, at each look where much of them is in use, or more than at the look before. Four times as much may
   * pass. Default 4,000; 0: it is not looked for.
   */
  ownersBudgetMs: duration.optional(),
  /**
   * Calls it off: `doctor` rejects with the signal's reason. Between two looks the first look is the result instead. While stacks are recorded, the result has
   * those recorded until then.
   */
  signal: abortSignal.optional(),
  /** Called before the allocator is told to trim, with what it is predicted to give back, and how long that takes at most. */
  onTrim: callback<(expected: ExpectedTrim) => void>().optional(),
  /** Called when the process begins to be looked at, when its heaps begin to be read for longer, and when its stacks begin to be recorded. And before it loads the agent for its allocator. */
  onStep: callback<(step: DoctorStep) => void>().optional(),
});

/** How `doctor` looks at a process. Times are in milliseconds. */
export type DoctorOptions = z.input<typeof doctorOptions>;

/** What `doctor` does. */
export type DoctorStep = 'look' | 'heaps' | 'stacks' | 'agent';

const defaultTimeoutMs = 10_000;
const defaultPatienceMs = 15_000;
const defaultOwnersBudgetMs = 4000;

/**
 * Looks at a running process from outside, and tells where its memory is, why it stays and what gives it back: the object that `offheap doctor --format=json`
 * prints. Nothing is stopped, restarted or loaded into the process unless an option asks for it.
 *
 * @throws TypeError for a wrong argument
 * @throws OffheapError NO_SUCH_PROCESS, PROCESS_ENDED or NO_PERMISSION; ATTACH_FAILED where `gc`, `set`, `trim` or `stacksMs` needs a JVM that answers
 */
export async function doctor(pid: number, options: DoctorOptions = {}): Promise<DoctorResult> {
  checkArgument('pid', pid, pidArgument);
  const { stacksMs, onStep, onTrim, ...request } = checkArgument('options', options, doctorOptions);
  const { forMs, gc = false, trim = false, set, histogram = false, peek = false, signal } = request;
  const { askAllocator: asksAllocator = false } = request;
  const { timeoutMs = defaultTimeoutMs, patienceMs = defaultPatienceMs, ownersBudgetMs = defaultOwnersBudgetMs } = request;
  signal?.throwIfAborted();
  onStep?.('look');
  // First: the account is to be of what was recorded.
  const stacks = stacksMs === undefined ? undefined : await recordStacks(pid, stacksMs, { onStep, signal });
  // A recording that was called off is a result: one look completes it, and nothing else is waited for or done to the process.
  const isEndedEarly = stacks !== undefined && signal?.aborted === true;
  const patient = makePatient(pid, {
    ...{ timeoutMs, histogram, patienceMs: isEndedEarly ? 0 : patienceMs, signal: isEndedEarly ? undefined : signal },
    ownersBudgetMs: isEndedEarly ? 0 : ownersBudgetMs,
    asksAllocator: asksAllocator && !isEndedEarly,
    looksAgain: forMs !== undefined,
    onLonger: () => onStep?.('heaps'),
    onAgent: () => onStep?.('agent'),
  });
  const result = await examine(
    patient,
    isEndedEarly ? { forMs: undefined, gc: false, trim: false, peek: false } : { forMs, gc, trim, set, onTrim, peek, signal },
  );
  return stacks === undefined ? result : { ...result, stacks };
}

function recordStacks(
  pid: number,
  forMs: number,
  { onStep, signal = new AbortController().signal }: Pick<DoctorOptions, 'onStep' | 'signal'>,
): Promise<AllocationStacks> {
  onStep?.('stacks');
  const folder = cacheFolder();
  return profileStacks(pid, { forMs, runner: execaRunner, cacheFolder: folder, outputFolder: join(folder, 'results'), signal });
}
