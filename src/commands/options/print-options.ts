import { type Command, Option } from 'commander';
import { moreOption } from '../help/more-options.ts';

/** How a result is printed: the same options for each command that has one. */
export interface PrintOptions<Format extends string = string> {
  format: Format;
  output?: string;
  quiet?: boolean;
  color: boolean;
}

const defaultFormat = 'table';

/** `quiet`: what --quiet silences. */
export function addPrintOptions(
  command: Command,
  formats: readonly string[],
  { quiet = 'no progress on stderr' }: { quiet?: string } = {},
): Command {
  return command
    .addOption(new Option('-f, --format <format>', 'how to print the result').choices(formats).default(defaultFormat))
    .option('-o, --output <file>', 'write the result to a file instead of stdout')
    .option('-q, --quiet', quiet)
    .addOption(moreOption('--no-color', 'print without colours, as NO_COLOR=1 does'));
}

/** An option by its former name, which goes on to work and is in no help. */
export function formerOption(flags: string): Option {
  return new Option(flags).hideHelp();
}
