import type { Configuration } from '../../allocators/configurations.ts';
import type { PhaseOptions } from '../../api/program.ts';
import type { ResultFile } from '../../model/result.ts';
import type { PrintOptions } from '../options/print-options.ts';

export interface ProgramPlan {
  program: PhaseOptions & { timeoutMs: number };
  /** Commands of programs that are compared with each other, by the keys of their configurations. */
  variants?: Readonly<Record<string, string[]>>;
  configurations: readonly Configuration[];
  rounds: number;
  isAtMost: boolean;
  resumed?: ResultFile | undefined;
}

/** Prints what a run of a program of the user's would do, and starts none. */
export async function planProgram(
  { program, variants, resumed, ...run }: ProgramPlan,
  options: PrintOptions & { resume?: string },
): Promise<void> {
  const { resolveCommandJdk, toScenario } = await import('../../api/program.ts');
  const { resolveVariants } = await import('../../api/variants.ts');
  const { printPlan } = await import('./dry-run.ts');
  const { timeoutMs, ...phases } = program;
  const scenario = toScenario(phases);
  const earlier = resumed && options.resume !== undefined ? { result: resumed, file: options.resume } : undefined;
  const programs = variants && (await resolveVariants(variants));
  const jdk = programs ? undefined : await resolveCommandJdk(program.command ?? []);
  await printPlan({ ...run, scenario, timeoutMs, jdk, ...(programs ? { programs } : {}), resumed: earlier }, options);
}
