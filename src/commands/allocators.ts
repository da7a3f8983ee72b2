import Table from 'cli-table3';
import { type Command, Option } from 'commander';
import { type Configuration, configurations } from '../allocators/configurations.ts';
import { type Location, locateAllocator } from '../allocators/locate.ts';
import { execaRunner } from '../process/execa-runner.ts';

const formats = ['table', 'json'] as const;

export function registerAllocators(program: Command): void {
  program
    .command('allocators')
    .description(
      'Lists every configuration that --allocator understands: its settings, and the library of this machine it would run on, with its version; ' +
        'for one that is missing, the command that installs it. Starts nothing but the package manager’s own query.',
    )
    .addOption(new Option('--format <format>', 'how the list is printed').choices(formats).default('table'))
    .addHelpText('after', '\nExamples:\n  offheap allocators\n  offheap allocators --format=json')
    .action(async ({ format }: { format: (typeof formats)[number] }) => {
      const entries = await Promise.all(
        configurations.map(async (configuration) => ({
          configuration,
          location: await locateAllocator(configuration.allocator, execaRunner),
        })),
      );
      process.stdout.write(format === 'json' ? `${JSON.stringify(entries.map(toJson), undefined, 2)}\n` : `${toTable(entries)}\n`);
    });
}

interface Entry {
  configuration: Configuration;
  location: Location;
}

function toJson({ configuration, location }: Entry): object {
  const { key, aliases, allocator, env, jvmFlags, summary } = configuration;
  return { key, aliases, allocator, summary, settings: { env, jvmFlags }, ...location };
}

function toTable(entries: readonly Entry[]): string {
  const table = new Table({
    head: ['configuration', 'settings', 'library', 'version'],
    style: { head: [], border: [], compact: true },
  });
  for (const { configuration, location } of entries) {
    const { key, aliases, env, jvmFlags, summary } = configuration;
    const settings = [...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...jvmFlags].join(' ');
    const found = location.found ? [location.library, location.version ?? ''] : [`missing: ${location.reason}`, ''];
    table.push([[key, ...aliases].join(' = '), settings || summary, ...found]);
  }
  return table.toString();
}
