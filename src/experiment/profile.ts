import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AsyncProfiler } from '../jvm/async-profiler.ts';
import { OffheapError } from '../model/errors.ts';
import type { CellStacks } from '../model/result.ts';
import { convertRecording, startOptions, stopRecording } from '../observe/allocation-stacks.ts';
import { launcherOf } from '../observe/profiler-recording.ts';
import { whyNotExecutable } from '../process/noexec.ts';
import { plainCopy } from '../process/plain-path.ts';
import type { ProcessRunner } from '../process/runner.ts';

export interface CellProfileOptions {
  profiler: AsyncProfiler;
  /** Of the cell, where the recording is until its end. */
  folder: string;
  outputFolder: string;
  runner: ProcessRunner;
}

/** Where only some were recorded, small blocks would be told by chance. */
const everyAllocation = 0;

/** The native allocations of one cell's JVM, recorded from its start to the end of the burst. */
export class CellProfile {
  stacks: CellStacks | undefined;
  /** Of several JVMs of one command each writes its own file: `%p` is the pid. */
  readonly jvmFlag: string;
  readonly #options: CellProfileOptions;
  /** The agent under a name that JVM options can carry, of which JAVA_TOOL_OPTIONS is one text. */
  readonly #agent: string;
  #recorded: { pid: number; recording: string; java: string } | undefined;

  constructor(options: CellProfileOptions) {
    this.#options = options;
    this.#agent = plainCopy(options.profiler.library, options.folder);
    const reason = whyNotExecutable(this.#agent);
    if (reason !== undefined) throw new OffheapError('CHILD_FAILED', reason);
    this.jvmFlag = `-agentpath:${this.#agent}=${startOptions(join(options.folder, 'native-%p.jfr'), everyAllocation)}`;
  }

  /** What is recorded is kept as it is now. */
  async stop(pid: number, isJvm: boolean, notes: string[]): Promise<void> {
    if (!isJvm) {
      notes.push('no stacks: the program is no JVM');
      return;
    }
    notes.push('profiled: async-profiler was in the JVM until the end of the burst, so it took more time and memory than without');
    const recording = join(this.#options.folder, `native-${pid}.jfr`);
    try {
      const java = await launcherOf(pid);
      await stopRecording(pid, this.#agent, recording);
      this.#recorded = { pid, recording, java };
    } catch (error) {
      notes.push(`no stacks: ${(error as Error).message}`);
    }
  }

  /** When the program has ended, so that the conversion takes nothing of its processor. */
  async convert(notes: string[]): Promise<void> {
    if (!this.#recorded || !existsSync(this.#recorded.recording)) return;
    const { profiler, outputFolder, runner } = this.#options;
    const { pid, ...recorded } = this.#recorded;
    try {
      this.stacks = await convertRecording({
        profiler,
        outputFolder,
        runner,
        name: `stacks-${pid}`,
        everyBytes: everyAllocation,
        ...recorded,
      });
    } catch (error) {
      notes.push(`no stacks: ${(error as Error).message}`);
    }
  }
}
