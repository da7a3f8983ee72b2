import type { Configuration } from '../../allocators/configurations.ts';
import type { PhaseOptions } from '../../api/program.ts';
import type { PrintOptions } from '../options/print-options.ts';

/** Prints what one run of a program of the user's would do, and starts none. */
export async function planProgram(
  program: PhaseOptions & { timeoutMs: number },
  configurations: readonly Configuration[],
  options: PrintOptions,
): Promise<void> {
  const { resolveCommandJdk, toScenario } = await import('../../api/program.ts');
  const { planRun } = await import('../../api/plan.ts');
  const { printPlan } = await import('./dry-run.ts');
  const { timeoutMs, ...phases } = program;
  const scenario = toScenario(phases);
  const jdk = await resolveCommandJdk(phases.command);
  await printPlan(await planRun({ configurations, scenario, timeoutMs, jdk, rounds: 1, isAtMost: false }), options);
}
