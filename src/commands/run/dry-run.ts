import { type PlanRequest, planRun } from '../../api/plan.ts';
import { OffheapError } from '../../model/errors.ts';
import { renderPlan } from '../../reporters/plan.ts';
import type { PrintOptions } from '../options/print-options.ts';
import { writeOutput } from './output.ts';
import { terminalOptions } from './terminal.ts';

/** Prints what a run would do. @throws OffheapError USAGE for another format */
export async function printPlan(request: PlanRequest, print: PrintOptions): Promise<void> {
  if (print.format !== 'table')
    throw new OffheapError('USAGE', `Expected no --format with --dry-run, which prints a plan for a person, got ${print.format}.`);
  await writeOutput(renderPlan(await planRun(request), terminalOptions(print)), print);
}
