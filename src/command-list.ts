import type { Command } from 'commander';

export interface CommandEntry {
  name: string;
  /** Its line in the list of commands. */
  summary: string;
  /** What adds it to a program. Its module, and all that it needs, is read only then: the start of the command line takes as long as what it reads. */
  load: () => Promise<(program: Command) => void>;
}

/** In the order of the help. */
export const commandList: readonly CommandEntry[] = [
  {
    name: 'repro',
    summary: 'run the bundled jar scanner under several allocators and compare what they return',
    load: async () => (await import('./commands/repro.ts')).registerRepro,
  },
  {
    name: 'compare',
    summary: 'run your program under several allocators and say which setting to ship',
    load: async () => (await import('./commands/compare.ts')).registerCompare,
  },
  {
    name: 'guard',
    summary: 'run your program once and fail when its memory exceeds a bound: for CI',
    load: async () => (await import('./commands/guard.ts')).registerGuard,
  },
  {
    name: 'fit',
    summary: 'find the smallest memory limit under which your program survives its load',
    load: async () => (await import('./commands/fit.ts')).registerFit,
  },
  {
    name: 'doctor',
    summary: 'where the memory of a running process is, why it stays, and what gives it back',
    load: async () => (await import('./commands/doctor.ts')).registerDoctor,
  },
  {
    name: 'watch',
    summary: 'a live view of the memory of running processes',
    load: async () => (await import('./commands/watch.ts')).registerWatch,
  },
  {
    name: 'export',
    summary: 'serve the figures of all JVMs of this host to Prometheus',
    load: async () => (await import('./commands/export.ts')).registerExport,
  },
  {
    name: 'report',
    summary: 'make one HTML file of a result, to be read offline and shared',
    load: async () => (await import('./commands/report.ts')).registerReport,
  },
  {
    name: 'allocators',
    summary: 'list the configurations, and which allocators this machine has',
    load: async () => (await import('./commands/allocators.ts')).registerAllocators,
  },
  {
    name: 'counters',
    summary: 'print what a process under libmeter.so or libmmapalloc.so has allocated, even after its death',
    load: async () => (await import('./commands/counters.ts')).registerCounters,
  },
  {
    name: 'histo',
    summary: 'print the live and free malloc chunks of a process by size, like jmap -histo for glibc',
    load: async () => (await import('./commands/histo.ts')).registerHisto,
  },
  {
    name: 'syscalls',
    summary: 'brk, mmap, munmap, mremap, mprotect and madvise by thread, from the start of a program',
    load: async () => (await import('./commands/syscalls.ts')).registerSyscalls,
  },
  {
    name: 'scan-set',
    summary: 'build the jars that repro scans, if they are not there yet, and print their path',
    load: async () => (await import('./commands/scan-set.ts')).registerScanSet,
  },
  {
    name: 'completion',
    summary: 'print a script that completes commands and options in a shell',
    load: async () => (await import('./commands/completion.ts')).registerCompletion,
  },
];

/** Adds to a program the commands whose name is among the words, and of the others name and summary, for the help. */
export async function addCommands(program: Command, words: readonly string[]): Promise<void> {
  // A completion script is about the options of all of them.
  const areAllWanted = words.includes('completion');
  for (const { name, summary, load } of commandList) {
    if (areAllWanted || words.includes(name)) {
      const register = await load();
      register(program);
    } else program.command(name);
    program.commands.at(-1)?.summary(summary);
  }
}
