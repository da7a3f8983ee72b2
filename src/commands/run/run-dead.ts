import { diagnoseFile } from '../../api/diagnose-file.ts';
import { findJvms } from '../../jvm/find-jvms.ts';
import { exitCodes, OffheapError } from '../../model/errors.ts';
import { present } from '../../model/present.ts';
import { quote } from '../../model/units.ts';
import { recognisePath } from '../../observe/dead/recognise.ts';
import { isRegularFile, readHead } from '../../process/magic-file.ts';
import { deadReporters } from '../../reporters/dead.ts';
import type { DoctorFormat } from '../../reporters/formats.ts';
import type { PrintOptions } from '../options/print-options.ts';
import { renderOptions, requireOutput, writeOutput } from './output.ts';
import { resolveProcess } from './subjects.ts';

interface DeadOptions extends PrintOptions<DoctorFormat> {
  format: DoctorFormat;
  verbose?: boolean;
  sysroot?: string;
}

/**
 * Whether `target` is the file of a dead process: a regular file with the beginning of one. Only digits are a pid. `other`: a file that is nothing of the kind; a part of a JVM's command
 * line may be its path.
 */
export async function findFile(target: string): Promise<'dead' | 'other' | undefined> {
  if (/^\d+$/.test(target) || !(await isRegularFile(target))) return undefined;
  const head = await readHead(target).catch(() => undefined);
  if (!head) return 'other';
  return (await recognisePath(target, head.head)).kind !== undefined ? 'dead' : 'other';
}

/** @param refused an option that needs a process which runs, as it was given */
export async function printDead(path: string, refused: string | undefined, options: DeadOptions): Promise<void> {
  if (refused !== undefined)
    throw new OffheapError(
      'USAGE',
      `Expected a running process for ${refused}, got the file ${quote(path)}. The process is gone: leave out the option.`,
    );
  await requireOutput(options.output);
  // A JVM may have the same name.
  if (options.quiet !== true && !path.includes('/'))
    process.stderr.write(`doctor: reads the file ${quote(path)}, and no process of that name\n`);
  const { sysroot } = options;
  const result = await diagnoseFile(path, { ...present('sysroot', sysroot) });
  const { verbose = false } = options;
  await writeOutput(deadReporters[options.format](result, { ...renderOptions(options), verbose }), options);
  process.exitCode = result.findings.some(({ severity }) => severity === 'problem') ? exitCodes.problems : exitCodes.ok;
}

/**
 * The process that `target` means. Where it is a file, and no process is meant by it: that it is none of a dead one. A path that leads nowhere is missing, though an option of a JVM may have it,
 * as -XX:ErrorFile=PATH does: only a word of its own, such as the jar of a container, is a JVM's name.
 */
export async function resolveUnlessFile(target: string, file: 'other' | undefined): Promise<number> {
  if (file === undefined && target.includes('/') && !(await findJvms()).some(({ command }) => command.includes(target))) {
    await diagnoseFile(target);
  }
  try {
    return await resolveProcess(target);
  } catch (error) {
    if (file === undefined || !(error instanceof OffheapError) || error.code !== 'NO_SUCH_PROCESS') throw error;
    await diagnoseFile(target);
    throw error;
  }
}
