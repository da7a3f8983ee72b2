import { doctor } from '../../api/doctor.ts';
import { survey } from '../../doctor/survey.ts';
import type { SurveyResult } from '../../model/survey.ts';
import { containersOf } from '../../observe/contained.ts';
import { toolVersion } from '../../process/tool-version.ts';
import { renderSurvey } from '../../reporters/survey-table.ts';
import type { PrintOptions } from '../options/print-options.ts';
import { interruptible } from './interruptible.ts';
import { toJson } from './json.ts';
import { requireOutput, writeOutput } from './output.ts';
import { startProgress } from './progress.ts';
import { findSubjects } from './subjects.ts';
import { terminalOptions } from './terminal.ts';

/** Which processes are listed. */
export interface Surveyed {
  /** Every large process, not only JVMs. */
  all: boolean;
  /** Only those in a pod. */
  inPods: boolean;
}

/** Looks at the JVMs of this host, or at every large process, and prints a line for each. Interruptible: what was looked at until then is printed. */
export async function printSurvey({ all, inPods }: Surveyed, timeoutMs: number, options: PrintOptions): Promise<void> {
  await requireOutput(options.output);
  const found = await findSubjects({ all });
  const { containers, isElsewhere } = await containersOf(found.map(({ pid }) => pid));
  const subjects = found
    .filter(({ pid }) => !inPods || containers.get(pid)?.podUid !== undefined)
    .map((process) => ({ ...process, container: isElsewhere ? containers.get(process.pid) : undefined }));
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
    const what = `${all ? 'process' : 'JVM'}${inPods ? ' of a pod' : ''}`;
    const text = options.format === 'json' ? toJson(result) : renderSurvey(result, what, terminalOptions(options));
    await writeOutput(text, options);
  } finally {
    progress.stop();
    interruption.release();
  }
}
