import type { DoctorResult } from '../model/doctor.ts';
import { OffheapError } from '../model/errors.ts';
import { present } from '../model/present.ts';
import type { NamedContainer, SurveyedProcess, SurveyResult } from '../model/survey.ts';
import { nameCommand } from '../parse/java-command.ts';
import { mallocRead } from '../stats/malloc-read.ts';
import { rssOf } from '../stats/process-figures.ts';

export interface SurveySubject {
  pid: number;
  /** argv. */
  command: readonly string[];
  container?: NamedContainer | undefined;
}

/** Looks at one process after the other, so that a host of a hundred JVMs notices little of it. Those that end meanwhile are left out. */
export async function survey(
  subjects: readonly SurveySubject[],
  examine: (pid: number) => Promise<DoctorResult>,
  signal: AbortSignal,
): Promise<Pick<SurveyResult, 'processes' | 'refused'>> {
  const processes: SurveyedProcess[] = [];
  const refused: SurveyResult['refused'] = [];
  for (const { pid, command, container } of subjects) {
    if (signal.aborted) break;
    try {
      processes.push({ ...summarize(await examine(pid)), ...present('container', container) });
    } catch (error) {
      if (!(error instanceof OffheapError)) throw error;
      const hasEnded = error.code === 'NO_SUCH_PROCESS' || error.code === 'PROCESS_ENDED';
      if (!hasEnded) refused.push({ pid, name: nameCommand(command, true), reason: error.message });
    }
  }
  processes.sort((a, b) => b.rssBytes - a.rssBytes);
  return { processes, refused };
}

function summarize({ evidence, findings, verdict }: DoctorResult): SurveyedProcess {
  const { pid, command, isJvm, rssBytes, cgroup, uptimeMs, malloc } = evidence;
  const mallocReadShare = malloc ? mallocRead(malloc).share : 1;
  return {
    pid,
    name: nameCommand(command, isJvm),
    rssBytes,
    ...(cgroup?.limitBytes === undefined ? {} : { limitBytes: cgroup.limitBytes }),
    ...(isJvm ? { javaHeapRssBytes: rssOf(evidence, 'java heap') } : {}),
    uptimeMs,
    verdict: findings[0]?.code ?? 'ok',
    summary: verdict,
    ...(mallocReadShare === 1 ? {} : { mallocReadShare }),
  };
}
