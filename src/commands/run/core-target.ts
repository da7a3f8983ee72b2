import { quote } from '../../model/units.ts';

/** Whether a command is to read a core file: only what is one, or a compressed one, by its content. Digits alone are a pid. */
export async function isCoreTarget(target: string | undefined): Promise<boolean> {
  if (target === undefined || /^\d+$/.test(target)) return false;
  const { isCoreFile } = await import('../../observe/dead/core-at.ts');
  return await isCoreFile(target);
}

/** A JVM may have the same name. */
export function sayWhichFile(command: string, path: string, quiet: boolean | undefined): void {
  if (quiet !== true && !path.includes('/'))
    process.stderr.write(`${command}: reads the file ${quote(path)}, and no process of that name\n`);
}
