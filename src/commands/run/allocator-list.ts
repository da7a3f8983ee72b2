import { type Configuration, configurations } from '../../allocators/configurations.ts';
import { type Location, locateConfigurations } from '../../allocators/locate.ts';
import { libraryPath } from '../../api/counters.ts';
import type { AllocatorList } from '../../model/allocator-list.ts';
import { execaRunner } from '../../process/execa-runner.ts';
import { type Column, left, toTable } from '../../reporters/columns.ts';
import { drawTable } from '../../reporters/terminal-table.ts';
import type { PrintOptions } from '../options/print-options.ts';
import { toJson } from './json.ts';
import { terminalOptions } from './terminal.ts';

interface ListedConfiguration {
  configuration: Configuration;
  location: Location;
}

const columns: Column<ListedConfiguration>[] = [
  left('configuration', ({ configuration: { key, aliases } }) => [key, ...aliases].join(' = ')),
  left('settings', ({ configuration: { env, jvmFlags, summary } }) => {
    const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    return [...assignments, ...jvmFlags].join(' ') || summary;
  }),
  left('in', ({ configuration: { group = 'all' } }) => group, 2),
  left('library', ({ location }) => (location.found ? location.library : `missing: ${location.reason}`)),
  left('version', ({ location }) => (location.found ? (location.version ?? '') : ''), 1),
];

/** Every configuration, with the library of this machine that it would run on. */
export function listAllocators(): Promise<ListedConfiguration[]> {
  return locateConfigurations(configurations, execaRunner);
}

export function renderAllocators(listed: readonly ListedConfiguration[], options: PrintOptions<'table' | 'json'>): string {
  if (options.format === 'json') return toJson(listed.map(toPlainObject));
  return `${drawTable(toTable(columns, listed), terminalOptions(options))}\n${describeMeter()}\n`;
}

function toPlainObject({ configuration, location }: ListedConfiguration): AllocatorList[number] {
  const { key, aliases, allocator, env, jvmFlags, group, summary } = configuration;
  return {
    key,
    aliases: [...aliases],
    allocator,
    ...(group === undefined ? {} : { group }),
    summary,
    settings: { env: { ...env }, jvmFlags: [...jvmFlags] },
    ...location,
  };
}

function describeMeter(): string {
  try {
    return `The meter, which counts in front of any of them: ${libraryPath('meter')}`;
  } catch (error) {
    return `The meter is missing: ${(error as Error).message}`;
  }
}
