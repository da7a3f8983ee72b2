import { Command, CommanderError } from 'commander';
import { exitCodes, OffheapError } from './model/errors.ts';
import { toolVersion } from './process/tool-version.ts';

/**
 * In the order of the help. Each is loaded when it is called: all of them bring libraries that take 30 MiB, which one that runs for months does without.
 */
const commands: Record<string, () => Promise<(program: Command) => void>> = {
  repro: async () => (await import('./commands/repro.ts')).registerRepro,
  compare: async () => (await import('./commands/compare.ts')).registerCompare,
  guard: async () => (await import('./commands/guard.ts')).registerGuard,
  doctor: async () => (await import('./commands/doctor.ts')).registerDoctor,
  export: async () => (await import('./commands/export.ts')).registerExport,
  report: async () => (await import('./commands/report.ts')).registerReport,
  allocators: async () => (await import('./commands/allocators.ts')).registerAllocators,
  counters: async () => (await import('./commands/counters.ts')).registerCounters,
  histo: async () => (await import('./commands/histo.ts')).registerHisto,
  'scan-set': async () => (await import('./commands/scan-set.ts')).registerScanSet,
};

/** Runs the command line and returns the exit status. Every foreseen failure is one line on stderr. */
export async function main(argv: readonly string[]): Promise<number> {
  endQuietlyOnClosedPipe();
  const program = new Command('offheap')
    .description('Where is the memory of a JVM that is far larger than its heap, and which setting gives it back?')
    .version(toolVersion)
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      'after',
      '\nstdout is the result, stderr is progress. Exit status: 0 done, 1 something failed, 2 wrong usage, 3 done and problems found, 130 interrupted.',
    );
  try {
    await addCommands(program, argv[2]);
    await program.parseAsync(argv);
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    return report(error);
  }
}

/** The one that is called; all of them for the help, and for what is none of them. */
async function addCommands(program: Command, name: string | undefined): Promise<void> {
  const called = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  for (const load of called ? [called] : Object.values(commands)) (await load())(program);
}

function report(error: unknown): number {
  // Commander has already printed its message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof OffheapError) {
    process.stderr.write(`offheap: ${error.message}\n`);
    return error.exitCode;
  }
  process.stderr.write(`offheap: ${describeUnforeseen(error)}\n`);
  return exitCodes.failed;
}

/** What nobody foresaw is still one line for a person; OFFHEAP_DEBUG shows a developer where it came from. */
function describeUnforeseen(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return process.env['OFFHEAP_DEBUG'] ? (error.stack ?? error.message) : `${error.message} (OFFHEAP_DEBUG=1 shows where)`;
}

/** A reader that has seen enough, as in `offheap … | head`, is no failure. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.ok);
    throw error;
  });
}
