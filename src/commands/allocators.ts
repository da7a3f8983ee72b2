import { Option } from 'commander';
import { type AllocatorKey, allocatorKeys, runnable } from '../allocators/registry.ts';
import { OffheapError } from '../model/errors.ts';
import { type Libc, libcs } from '../model/libc.ts';
import { type PlainFormat, plainFormats } from '../reporters/formats.ts';
import type { CommandDefinition } from './help/definition.ts';
import { libraryVariables } from './help/library-variables.ts';
import { exits } from './help/manual.ts';
import { addPrintOptions, type PrintOptions } from './options/print-options.ts';

/** What can be preloaded. */
const libraries = ['meter', ...allocatorKeys.filter((key) => runnable[key].origin !== 'libc')];

interface AllocatorsOptions extends PrintOptions<PlainFormat> {
  path?: 'meter' | AllocatorKey;
  libc?: Libc;
}

export const allocatorsCommand: CommandDefinition = {
  name: 'allocators',
  group: 'show',
  summary: 'list the configurations, and the allocators of this machine',
  description:
    'Lists each configuration that --allocator understands, with its settings, its library and version on this machine, or the command that installs it. ' +
    'Also says where the meter is, which counts in front of any of them. Starts nothing but the query of the package manager.',
  manual: {
    examples: [
      'offheap allocators',
      'offheap allocators --format=json',
      'LD_PRELOAD=$(offheap allocators --path=meter) java -jar app.jar',
    ],
    exit: [exits.ok, exits.usage],
    environment: [libraryVariables],
    seeAlso: ['offheap repro', 'offheap compare'],
  },
  configure: (command) => {
    command
      .addOption(new Option('--path <library>', 'print only the path of one library, for LD_PRELOAD').choices(libraries))
      .addOption(new Option('--libc <libc>', 'of --path=meter or mmap: for programs on that libc').choices(libcs))
      .action(runAllocators);
    addPrintOptions(command, plainFormats);
  },
};

async function runAllocators(options: AllocatorsOptions): Promise<void> {
  const { path } = options;
  const { requireOutput, writeOutput } = await import('./run/output.ts');
  await requireOutput(options.output);
  if (path !== undefined) {
    // A name of a file, whatever the locale.
    const { requireLastingPath } = await import('./run/library-list.ts');
    await writeOutput(`${requireLastingPath(await locateLibrary(path, options.libc), path)}\n`, { ...options, format: 'path' });
    return;
  }
  const { listAllocators, renderAllocators } = await import('./run/allocator-list.ts');
  await writeOutput(renderAllocators(await listAllocators(), options), options);
}

async function locateLibrary(library: 'meter' | AllocatorKey, libc: Libc | undefined): Promise<string> {
  const { libraryPath } = await import('../api/counters.ts');
  if (library === 'meter') return libraryPath('meter', libc && { libc });
  if (libc !== undefined && runnable[library].origin === 'offheap') return libraryPath('mmapalloc', { libc });
  const { execaRunner } = await import('../process/execa-runner.ts');
  const { findAllocator } = await import('../allocators/locate.ts');
  const location = await findAllocator(library, execaRunner);
  if (!location.found) throw new OffheapError('MISSING_FILE', `Expected ${library} on this machine: ${location.reason}`);
  return location.library;
}
