import { trim } from '../../api/trim.ts';
import type { ExpectedTrim } from '../../doctor/apply.ts';
import { parseSelection } from '../../exporter/select.ts';
import { type FoundJvm, findJvms } from '../../jvm/find-jvms.ts';
import { OffheapError } from '../../model/errors.ts';
import type { TrimResult } from '../../model/trim.ts';
import { nameCommand } from '../../parse/java-command.ts';
import { matchedText, readArguments } from '../../process/command-line.ts';
import { toolVersion } from '../../process/tool-version.ts';
import type { PlainFormat } from '../../reporters/formats.ts';
import { renderTrims } from '../../reporters/trim-table.ts';
import type { WantedPlace } from '../../stats/container-choice.ts';
import type { PrintOptions } from '../options/print-options.ts';
import { interruptibly } from './interruptible.ts';
import { toJson } from './json.ts';
import { writeOutput } from './output.ts';
import { expectingTrim, loadingAgent, startProgress } from './progress.ts';
import { resolveProcess, resolveSubject } from './subjects.ts';
import { terminalOptions } from './terminal.ts';

/** The processes that are named, by themselves or by where they run, or all JVMs, or those whose command line matches. */
export async function subjectsOf(
  targets: readonly string[],
  place: WantedPlace | undefined,
  select: string | undefined,
): Promise<FoundJvm[]> {
  if (targets.length > 0 || place !== undefined) {
    const named = place ? [resolveSubject(undefined, place, 'trim')] : targets.map(resolveProcess);
    const pids = [...new Set(await Promise.all(named))];
    return Promise.all(pids.map(async (pid) => ({ pid, command: await readArguments(pid) })));
  }
  const selection = select === undefined ? undefined : parseSelection(select);
  const jvms = await findJvms();
  const found = selection?.kind === 'pattern' ? jvms.filter(({ command }) => selection.pattern.test(matchedText(command))) : jvms;
  if (found.length > 0) return found;
  const which = select === undefined ? '' : ` whose command line matches --select=${select}`;
  throw new OffheapError(
    'NO_SUCH_PROCESS',
    `Expected a JVM${which} that this user may look at, found none. The JVMs that run here: offheap doctor`,
  );
}

export interface TrimAllOptions {
  timeoutMs: number;
  options: PrintOptions<PlainFormat>;
}

/** One after the other: what they give back is not asked of a host at once. Prints what came of it. */
export async function trimAll(subjects: readonly FoundJvm[], { timeoutMs, options }: TrimAllOptions): Promise<TrimResult> {
  const progress = await startProgress(options.quiet !== true);
  const result: TrimResult = {
    schemaVersion: 1,
    tool: { name: 'offheap', version: toolVersion },
    takenAt: new Date().toISOString(),
    processes: [],
    refused: [],
  };
  await interruptibly(async (signal) => {
    for (const [index, { pid, command }] of subjects.entries()) {
      progress.update(`process ${pid} gives back what its allocator keeps idle (${index + 1} of ${subjects.length})`);
      try {
        const onAgent = () => progress.say(loadingAgent(pid));
        const onTrim = (expected: ExpectedTrim) => progress.say(expectingTrim(pid, expected));
        result.processes.push(await trim(pid, { timeoutMs, signal, onAgent, onTrim }));
      } catch (error) {
        if (!(error instanceof OffheapError) || signal.aborted) throw error;
        result.refused.push({ pid, name: nameCommand(command, true), reason: error.message });
      }
    }
  }).finally(() => progress.stop());
  await writeOutput(options.format === 'json' ? toJson(result) : renderTrims(result, terminalOptions(options)), options);
  return result;
}
