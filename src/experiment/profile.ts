import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { convertRecording, launcherOf, startOptions, stopRecording } from '../doctor/allocation-stacks.ts';
import type { AsyncProfiler } from '../jvm/async-profiler.ts';
import type { CellStacks } from '../model/result.ts';
import type { ProcessRunner } from '../process/runner.ts';

export interface CellProfileOptions {
  profiler: AsyncProfiler;
  /** Of the cell, where the recording is until its end. */
  folder: string;
  outputFolder: string;
  runner: ProcessRunner;
}

/** Where only some were recorded, small blocks would be too few: the profiler does not scale them up. */
const everyAllocation = 0;

/** The native allocations of one cell's JVM, recorded from its start to the end of the burst. */
export class CellProfile {
  stacks: CellStacks | undefined;
  /** Of several JVMs of one command each writes its own file: `%p` is the pid. */
  readonly jvmFlag: string;
  readonly #options: CellProfileOptions;
  #recorded: { pid: number; recording: string; java: string } | undefined;

  constructor(options: CellProfileOptions) {
    this.#options = options;
    this.jvmFlag = `-agentpath:${options.profiler.library}=${startOptions(join(options.folder, 'native-%p.jfr'), everyAllocation)}`;
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
      await stopRecording(pid, this.#options.profiler.library, recording);
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
      this.stacks = await convertRecording({ profiler, outputFolder, runner, name: `stacks-${pid}`, ...recorded });
    } catch (error) {
      notes.push(`no stacks: ${(error as Error).message}`);
    }
  }
}
