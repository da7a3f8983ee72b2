import { doctor } from '../../api/doctor.ts';
import { survey } from '../../doctor/survey.ts';
import type { SurveyResult } from '../../model/survey.ts';
import { toolVersion } from '../../process/tool-version.ts';
import { renderSurvey } from '../../reporters/survey-table.ts';
import type { PrintOptions } from '../options/print-options.ts';
import { interruptible } from './interruptible.ts';
import { toJson } from './json.ts';
import { requireOutput, writeOutput } from './output.ts';
import { startProgress } from './progress.ts';
import { findSubjects } from './subjects.ts';
import { terminalOptions } from './terminal.ts';

/** Looks at the JVMs of this host, or at every large process, and prints a line for each. Interruptible: what was looked at until then is printed. */
export async function printSurvey(all: boolean, timeoutMs: number, options: PrintOptions): Promise<void> {
  await requireOutput(options.output);
  const subjects = await findSubjects({ all });
  const progress = await startProgress(options.quiet !== true);
  const interruption = interruptible();
  try {
    let looked = 0;
    const takenAt = new Date().toISOString();
    const seen = await survey(
      subjects,
      (pid) => {
        looked++;
        progress.update(`looking at process ${pid} (${looked} of ${subjects.length})`);
        return doctor(pid, { timeoutMs, patienceMs: 0 });
      },
      interruption.signal,
    );
    progress.stop();
    const tool = { name: 'offheap', version: toolVersion } as const;
    const result: SurveyResult = { schemaVersion: 1, tool, takenAt, ...seen };
    const what = all ? 'process' : 'JVM';
    const text = options.format === 'json' ? toJson(result) : renderSurvey(result, what, terminalOptions(options));
    await writeOutput(text, options);
  } finally {
    progress.stop();
    interruption.release();
  }
}
