import { Argument, type Command, type Option } from 'commander';
import { configurations } from '../allocators/configurations.ts';
import { type CompletedCommand, type CompletedOption, completionScripts } from './completion-scripts.ts';
import { missing } from './missing-target.ts';

const shells = Object.keys(completionScripts) as (keyof typeof completionScripts)[];
const keys = configurations.map(({ key }) => key);
/** What the options' own texts do not say for a program. */
const knownValues: Record<string, readonly string[]> = { '--allocator': ['all', ...keys], '--reference': keys };
const takesFile = /<(file|path|home)>/;

export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .description('Prints a completion script for a shell, made from the commands and options of this very version.')
    .addArgument(new Argument('[shell]', 'the shell').choices(shells))
    .addHelpText(
      'after',
      [
        '\nExamples:',
        '  source <(offheap completion bash)        # in ~/.bashrc',
        '  offheap completion zsh > "$fpath[1]/_offheap"',
        '  offheap completion fish > ~/.config/fish/completions/offheap.fish',
      ].join('\n'),
    )
    .action((shell: (typeof shells)[number] | undefined) => {
      if (shell === undefined) throw missing(`a shell, one of ${shells.join(', ')}`, 'For example: offheap completion bash');
      process.stdout.write(completionScripts[shell](describeCommands(program)));
    });
}

function describeCommands(program: Command): CompletedCommand[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .map((command) => ({
      name: command.name(),
      summary: command.summary() || command.description(),
      options: command.options.map(describeOption),
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
