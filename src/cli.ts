import { Command, CommanderError } from 'commander';
import { commandList } from './command-list.ts';
import { addCommand, commandGroups } from './commands/help/definition.ts';
import { inLocale } from './commands/run/terminal.ts';
import { exitCodes, Interruption, OffheapError } from './model/errors.ts';
import { printableLines } from './model/printable.ts';
import { surviveStandardStreams } from './process/standard-streams.ts';
import { toolVersion } from './process/tool-version.ts';

/** Runs the command line and returns the exit status. Every foreseen failure is one line on stderr. */
export async function main(argv: readonly string[]): Promise<number> {
  surviveStandardStreams();
  const program = new Command('offheap')
    .description('Shows where the memory of a JVM is that is far larger than its heap, and which setting gives it back.')
    .version(toolVersion)
    .showSuggestionAfterError()
    .addHelpCommand(helpCommand())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void process.stdout.write(inLocale(text)),
      writeErr: (text) => void process.stderr.write(inLocale(text)),
    })
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText(
      'after',
      '\nstdout is the result, stderr is progress. Exit status: 0 done, 1 failed, 2 wrong usage, 3 problems found, 130 interrupted.',
    );
  try {
    await addCommands(program, argv);
    await program.parseAsync(argv);
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    return report(error);
  }
}

/** Commander's own, in a group. */
function helpCommand(): Command {
  return new Command('help')
    .argument('[command]')
    .helpOption(false)
    .helpGroup(commandGroups.show)
    .description('display help for command');
}

/** The command that the first word names. All of them where it names none, for what is said of all, and for a completion script, which has the options of all. */
async function addCommands(program: Command, argv: readonly string[]): Promise<void> {
  const word = argv[2];
  const all = argv.includes('--all');
  const named = commandList.filter(({ name }) => name === word && name !== 'completion');
  const wanted = named.length > 0 ? named : commandList;
  for (const definition of await Promise.all(wanted.map(({ load }) => load()))) addCommand(program, definition, { all });
}

function report(error: unknown): number {
  // Commander has already printed its message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof Interruption) return exitCodes.interrupted;
  if (error instanceof OffheapError) {
    process.stderr.write(inLocale(`offheap: ${error.message}\n`));
    return error.exitCode;
  }
  process.stderr.write(inLocale(`offheap: ${printableLines(describeUnforeseen(error))}\n`));
  return exitCodes.failed;
}

/** What nobody foresaw is still one line for a person; OFFHEAP_DEBUG shows a developer where it came from. */
function describeUnforeseen(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return process.env['OFFHEAP_DEBUG'] ? (error.stack ?? error.message) : `${error.message} (OFFHEAP_DEBUG=1 shows where)`;
}
