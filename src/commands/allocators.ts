import { Option } from 'commander';
import { type AllocatorKey, allocatorKeys, runnable } from '../allocators/registry.ts';
import { OffheapError } from '../model/errors.ts';
import type { CommandDefinition } from './help/definition.ts';
import { libraryVariables } from './help/library-variables.ts';
import { exits } from './help/manual.ts';

const formats = ['table', 'json'] as const;
/** What can be preloaded. */
const libraries = ['meter', ...allocatorKeys.filter((key) => runnable[key].origin !== 'libc')];

interface AllocatorsOptions {
  format: (typeof formats)[number];
  path?: 'meter' | AllocatorKey;
}

export const allocatorsCommand: CommandDefinition = {
  name: 'allocators',
  group: 'show',
  summary: 'list the configurations, and which allocators this machine has',
  description:
    'Lists every configuration that --allocator understands: its settings, and the library of this machine it would run on, with its version; ' +
    'for one that is missing, the command that installs it; and where offheap’s meter is, which counts in front of any of them. Starts nothing but the package manager’s own query.',
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
  configure: (command) =>
    command
      .addOption(new Option('--path <library>', 'print nothing but the path of one library, for LD_PRELOAD').choices(libraries))
      .addOption(new Option('--format <format>', 'how the list is printed').choices(formats).default('table'))
      .action(runAllocators),
};

async function runAllocators({ format, path }: AllocatorsOptions): Promise<void> {
  if (path !== undefined) {
    process.stdout.write(`${await locateLibrary(path)}\n`);
    return;
  }
  const { listAllocators, renderAllocators } = await import('./run/allocator-list.ts');
  const entries = await listAllocators();
  process.stdout.write(renderAllocators(entries, format));
}

async function locateLibrary(library: 'meter' | AllocatorKey): Promise<string> {
  const { locatePreloadLibrary } = await import('../native/preload-paths.ts');
  if (library === 'meter') return locatePreloadLibrary('meter');
  const { execaRunner } = await import('../process/execa-runner.ts');
  const { locateAllocator } = await import('../allocators/locate.ts');
  const location = await locateAllocator(library, execaRunner);
  if (!location.found) throw new OffheapError('MISSING_FILE', `Expected ${library} on this machine: ${location.reason}`);
  return location.library;
}
