import { Argument, type Command, type Option } from 'commander';
import { configurations } from '../allocators/configurations.ts';
import type { CommandDefinition } from './help/definition.ts';
import { exits } from './help/manual.ts';
import type { CompletedCommand, CompletedOption, Shell } from './run/completion-scripts.ts';
import { missing } from './run/missing-target.ts';

const shells: readonly Shell[] = ['bash', 'zsh', 'fish'];
const keys = configurations.map(({ key }) => key);
/** What the options' own texts do not say for a program. */
const knownValues: Record<string, readonly string[]> = { '--allocator': ['all', ...keys], '--reference': keys };
const takesFile = /<(file|path|home)>/;

export const completionCommand: CommandDefinition = {
  name: 'completion',
  group: 'show',
  summary: 'print a script that completes commands and options in a shell',
  description: 'Prints a completion script for a shell, made from the commands and options of this very version.',
  manual: {
    examples: [
      'source <(offheap completion bash)        # in ~/.bashrc',
      'offheap completion zsh > "$fpath[1]/_offheap"',
      'offheap completion fish > ~/.config/fish/completions/offheap.fish',
    ],
    exit: [exits.ok, exits.usage],
    seeAlso: ['offheap --help'],
  },
  configure: (command) => command.addArgument(new Argument('[shell]', 'the shell').choices(shells)).action(runCompletion),
};

async function runCompletion(shell: Shell | undefined, _options: object, command: Command): Promise<void> {
  if (shell === undefined) throw missing(`a shell, one of ${shells.join(', ')}`, 'For example: offheap completion bash');
  const { completionScripts } = await import('./run/completion-scripts.ts');
  process.stdout.write(completionScripts[shell](describeCommands(command.parent ?? command)));
}

function describeCommands(program: Command): CompletedCommand[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .map((command) => ({
      name: command.name(),
      summary: command.summary() || command.description(),
      options: command.options.filter(({ hidden }) => !hidden).map(describeOption),
      takesFile: command.registeredArguments.some((argument) => /file|result/.test(argument.name())),
      values: command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
    }));
}

function describeOption(option: Option): CompletedOption {
  const flag = option.long ?? option.short ?? '';
  return {
    flag,
    summary: option.description,
    takesValue: option.required || option.optional,
    values: option.argChoices ?? knownValues[flag] ?? [],
    takesFile: takesFile.test(option.flags),
  };
}
