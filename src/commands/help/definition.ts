import type { Command } from 'commander';
import { type Manual, renderManual } from './manual.ts';
import { showOptions } from './more-options.ts';

/** The headings of the list of commands, by what a user has come for. */
export const commandGroups = {
  look: 'Look at what runs:',
  try: 'Try settings on a program:',
  show: 'Show results and allocators:',
  demo: 'Demonstrate:',
} as const;

/** One command of the command line: what its help says, what it takes and what it does. */
export interface CommandDefinition {
  name: string;
  group: keyof typeof commandGroups;
  /** Not in the list of commands: what other commands do by themselves. */
  isHidden?: true;
  /** Its line in the list of commands. */
  summary: string;
  /** The paragraph above its options. */
  description: string;
  /** What its help has below the options. */
  manual: Manual;
  /**
   * Adds arguments, options and the action. What an action works with is imported within it: the help of the command line reads the modules of all commands,
   * and that of a command its own, for nothing else.
   */
  configure(command: Command): void;
}

/** `all`: its help shows all there is, and not its first screen alone. */
export function addCommand(program: Command, definition: CommandDefinition, { all }: { all: boolean } = { all: false }): void {
  const { name, group, isHidden = false, summary, description, manual, configure } = definition;
  const command = program
    .command(name, { hidden: isHidden })
    .helpGroup(commandGroups[group])
    .summary(summary)
    .description(description);
  configure(command);
  showOptions(command, all);
  command.addHelpText('after', () => renderManual(command, manual, { all }));
}
