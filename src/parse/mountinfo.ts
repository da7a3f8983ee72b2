export interface Mount {
  folder: string;
  options: string[];
}

/** The lines of /proc/PID/mountinfo (proc_pid_mountinfo(5)), the latest mount last. */
export function parseMountInfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [, , , , folder, options] = line.split(' ');
    return folder === undefined || options === undefined ? [] : [{ folder: unescaped(folder), options: options.split(',') }];
  });
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
