/** A command line within `width`: the launcher and, since that is where the program's own name is, the end. Control characters are shown as `?`. */
export function abbreviateCommand(command: readonly string[], width: number): string {
  const text = command.join(' ').replaceAll(/\p{Cc}/gu, '?');
  const [launcher = ''] = text.split(' ', 1);
  return text.length <= width ? text : `${launcher} … ${text.slice(launcher.length + 3 - width)}`;
}
