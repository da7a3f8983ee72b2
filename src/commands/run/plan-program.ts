import type { Configuration } from '../../allocators/configurations.ts';
import type { PhaseOptions } from '../../api/program.ts';
import type { ResultFile } from '../../model/result.ts';
import type { PrintOptions } from '../options/print-options.ts';

interface ProgramPlan {
  program: PhaseOptions & { timeoutMs: number };
  configurations: readonly Configuration[];
  rounds: number;
  isAtMost: boolean;
  resumed?: ResultFile | undefined;
}

/** Prints what a run of a program of the user's would do, and starts none. */
export async function planProgram(
  { program, resumed, ...run }: ProgramPlan,
  options: PrintOptions & { resume?: string },
): Promise<void> {
  const { resolveCommandJdk, toScenario } = await import('../../api/program.ts');
  const { printPlan } = await import('./dry-run.ts');
  const { timeoutMs, ...phases } = program;
  const scenario = toScenario(phases);
  const earlier = resumed && options.resume !== undefined ? { result: resumed, file: options.resume } : undefined;
  await printPlan({ ...run, scenario, timeoutMs, jdk: await resolveCommandJdk(program.command), resumed: earlier }, options);
}
