import type { Command } from 'commander';
import { type Manual, renderManual } from './manual.ts';

/** One command of the command line: what its help says, what it takes and what it does. */
export interface CommandDefinition {
  name: string;
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

export function addCommand(program: Command, { name, summary, description, manual, configure }: CommandDefinition): void {
  const command = program.command(name).summary(summary).description(description);
  configure(command);
  command.addHelpText('after', () => renderManual(command, manual));
}
