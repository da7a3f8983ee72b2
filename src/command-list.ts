import type { CommandDefinition } from './commands/help/definition.ts';

export interface CommandEntry {
  name: string;
  /** Reads its module. Of the commands only those that are wanted are read: the start of the command line takes as long as what it reads. */
  load: () => Promise<CommandDefinition>;
}

/** In the order of the help. */
export const commandList: readonly CommandEntry[] = [
  { name: 'doctor', load: async () => (await import('./commands/doctor.ts')).doctorCommand },
  { name: 'watch', load: async () => (await import('./commands/watch.ts')).watchCommand },
  { name: 'histo', load: async () => (await import('./commands/histo.ts')).histoCommand },
  { name: 'owners', load: async () => (await import('./commands/owners.ts')).ownersCommand },
  { name: 'trim', load: async () => (await import('./commands/trim.ts')).trimCommand },
  { name: 'tend', load: async () => (await import('./commands/tend.ts')).tendCommand },
  { name: 'counters', load: async () => (await import('./commands/counters.ts')).countersCommand },
  { name: 'syscalls', load: async () => (await import('./commands/syscalls.ts')).syscallsCommand },
  { name: 'export', load: async () => (await import('./commands/export.ts')).exportCommand },
  { name: 'compare', load: async () => (await import('./commands/compare.ts')).compareCommand },
  { name: 'guard', load: async () => (await import('./commands/guard.ts')).guardCommand },
  { name: 'fit', load: async () => (await import('./commands/fit.ts')).fitCommand },
  { name: 'report', load: async () => (await import('./commands/report.ts')).reportCommand },
  { name: 'allocators', load: async () => (await import('./commands/allocators.ts')).allocatorsCommand },
  { name: 'libs', load: async () => (await import('./commands/libs.ts')).libsCommand },
  { name: 'completion', load: async () => (await import('./commands/completion.ts')).completionCommand },
  { name: 'repro', load: async () => (await import('./commands/repro.ts')).reproCommand },
  { name: 'scan-set', load: async () => (await import('./commands/scan-set.ts')).scanSetCommand },
];
