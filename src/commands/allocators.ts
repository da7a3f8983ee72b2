import { type Command, Option } from 'commander';
import { type Configuration, configurations } from '../allocators/configurations.ts';
import { type Location, locateAllocator } from '../allocators/locate.ts';
import { allocatorKeys, runnable } from '../allocators/registry.ts';
import { OffheapError } from '../model/errors.ts';
import { locatePreloadLibrary } from '../native/preload-paths.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { type Column, left, toTable } from '../reporters/columns.ts';
import { drawTable } from '../reporters/terminal-table.ts';

const formats = ['table', 'json'] as const;
/** What can be preloaded. */
const libraries = ['meter', ...allocatorKeys.filter((key) => runnable[key].origin !== 'libc')] as const;
type Library = (typeof libraries)[number];

export function registerAllocators(program: Command): void {
  program
    .command('allocators')
    .description(
      'Lists every configuration that --allocator understands: its settings, and the library of this machine it would run on, with its version; ' +
        'for one that is missing, the command that installs it; and where offheap’s meter is, which counts in front of any of them. Starts nothing but the package manager’s own query.',
    )
    .addOption(new Option('--path <library>', 'print nothing but the path of one library, for LD_PRELOAD').choices(libraries))
    .addOption(new Option('--format <format>', 'how the list is printed').choices(formats).default('table'))
    .addHelpText(
      'after',
      '\nExamples:\n  offheap allocators\n  offheap allocators --format=json\n  LD_PRELOAD=$(offheap allocators --path=meter) java -jar app.jar',
    )
    .action(async ({ format, path }: AllocatorsOptions) => {
      if (path !== undefined) {
        process.stdout.write(`${await locateLibrary(path)}\n`);
        return;
      }
      const entries = await Promise.all(
        configurations.map(async (configuration) => ({
          configuration,
          location: await locateAllocator(configuration.allocator, execaRunner),
        })),
      );
      process.stdout.write(
        format === 'json'
          ? `${JSON.stringify(entries.map(toJson), undefined, 2)}\n`
          : `${drawTable(toTable(columns, entries))}\n${meterLine()}\n`,
      );
    });
}

interface AllocatorsOptions {
  format: (typeof formats)[number];
  path?: Library;
}

async function locateLibrary(library: Library): Promise<string> {
  if (library === 'meter') return locatePreloadLibrary('meter');
  const location = await locateAllocator(library, execaRunner);
  if (!location.found) throw new OffheapError('MISSING_FILE', `Expected ${library} on this machine: ${location.reason}`);
  return location.library;
}

function meterLine(): string {
  try {
    return `The meter, which counts in front of any of them: ${locatePreloadLibrary('meter')}`;
  } catch (error) {
    return `The meter is missing: ${(error as Error).message}`;
  }
}

interface Entry {
  configuration: Configuration;
  location: Location;
}

function toJson({ configuration, location }: Entry): object {
  const { key, aliases, allocator, env, jvmFlags, summary } = configuration;
  return { key, aliases, allocator, summary, settings: { env, jvmFlags }, ...location };
}

const columns: Column<Entry>[] = [
  left('configuration', ({ configuration: { key, aliases } }) => [key, ...aliases].join(' = ')),
  left('settings', ({ configuration: { env, jvmFlags, summary } }) => {
    const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    return [...assignments, ...jvmFlags].join(' ') || summary;
  }),
  left('library', ({ location }) => (location.found ? location.library : `missing: ${location.reason}`)),
  left('version', ({ location }) => (location.found ? (location.version ?? '') : '')),
];
