import { linesOf } from './lines.ts';

export interface Mount {
  /** `major:minor` in decimal digits. */
  device: string;
  folder: string;
  options: string[];
  /** Its type, such as `tmpfs`; empty where the line does not tell. */
  fileSystem: string;
}

/** The lines of /proc/PID/mountinfo (proc_pid_mountinfo(5)), the latest mount last. */
export function parseMountInfo(text: string): Mount[] {
  return [...linesOf(text)].flatMap((line) => {
    const fields = line.split(' ');
    const [, , device, , folder, options] = fields;
    if (device === undefined || folder === undefined || options === undefined) return [];
    // Any number of optional fields comes before the hyphen.
    const hyphen = fields.indexOf('-', 6);
    const fileSystem = (hyphen > 0 ? fields[hyphen + 1] : undefined) ?? '';
    return [{ device, folder: unescaped(folder), options: options.split(','), fileSystem }];
  });
}

/**
 * The option hidepid of /proc, where it hides processes (linux: fs/proc/root.c): `2`, from Linux 5.8 on `invisible`, and with subset=pid or for a debugger `4` or `ptraceable`. Undefined where
 * every process can be seen.
 */
export function parseHidePid(text: string): string | undefined {
  const proc = [...linesOf(text)].findLast((line) => line.split(' ')[4] === '/proc');
  const option = /(?:^|[ ,])hidepid=(\w+)/.exec(proc ?? '')?.[1];
  return option !== undefined && ['2', 'invisible', '4', 'ptraceable'].includes(option) ? option : undefined;
}

/** The mount that an absolute path without links lies on: the innermost, and of several over one another the latest. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const length = ({ folder }: Mount) => (folder === '/' ? 0 : folder.length);
  return mounts
    .filter(({ folder }) => folder === '/' || path === folder || path.startsWith(`${folder}/`))
    .reduce<Mount | undefined>((best, mount) => (best && length(best) > length(mount) ? best : mount), undefined);
}

/** The kernel writes space, tab, newline and backslash as three octal digits, of UTF-8 nothing. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
