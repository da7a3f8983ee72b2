import { joinScript, shell } from './join-group.ts';
import type { LimitedGroup } from './limited-group.ts';
import type { ProcessSpec } from './runner.ts';

/**
 * A shell that joins the group and then becomes the program, so that all of the program's memory is charged to it from the first page on. The
 * program's preloaded libraries are kept from the shell.
 */
const script = `${joinScript}; [ -z "$2" ] || export LD_PRELOAD="$2"; shift 2; exec "$@"`;

export function startInGroup(
  { procsFile }: LimitedGroup,
  { command, args, env }: Pick<ProcessSpec, 'command' | 'args' | 'env'>,
): Pick<ProcessSpec, 'command' | 'args' | 'env'> {
  const { LD_PRELOAD: preload = '', ...rest } = env;
  return { command: shell, args: ['-c', script, 'offheap-limit', procsFile, preload, command, ...args], env: rest };
}
