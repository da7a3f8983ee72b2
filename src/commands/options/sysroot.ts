import type { Option } from 'commander';
import { OffheapError } from '../../model/errors.ts';
import { moreOption } from '../help/more-options.ts';

export interface SysrootOption {
  sysroot?: string;
}

/** For a command that reads a core file too. */
export function sysrootOption(): Option {
  return moreOption('--sysroot <folder>', 'with a core: the folder with the files of its machine, such as its image (default: /)');
}

/** A process that runs has its files itself. */
export function refuseSysroot({ sysroot }: SysrootOption): void {
  if (sysroot !== undefined)
    throw new OffheapError(
      'USAGE',
      'Expected a core file for --sysroot, got a process, whose files are found. Leave out the option.',
    );
}

/** What needs a process that runs. `given`: by option, whether it was given. */
export function refuseWithCore(given: Readonly<Record<string, boolean>>): void {
  const [option] = Object.entries(given).find(([, isGiven]) => isGiven) ?? [];
  if (option !== undefined)
    throw new OffheapError('USAGE', `Expected a running process for ${option}, got a core file. Leave out the option.`);
}
