import { OffheapError } from '../model/errors.ts';
import { quote } from '../model/units.ts';
import { configurationGroups } from './allocator.ts';
import { type Configuration, configurations, configurationsOf } from './configurations.ts';
import { readOwnLibrary } from './own-library.ts';

/**
 * What `--allocator` says → configurations in the order asked for, each once. A comma list of
 *
 * - keys and aliases, `all`, or the name of a group: `tunables`, `jvm`, `more`
 * - `NAME=KEY`: the same under a name of the user's
 * - `NAME=/path/lib.so`: a library of the user's, which has to begin with / or . and is looked at
 * - `VARIABLE=value` and JVM flags (`-XX:…`): settings added to the configuration before them. A comma inside of a value belongs to it when what
 *   follows is none of these: `jemalloc,MALLOC_CONF=background_thread:true,dirty_decay_ms:1000`.
 *
 * Anything else is a usage error that names the known keys.
 */
export function parseConfigurations(text: string): Configuration[] {
  const found: Configuration[] = [];
  for (const item of joinValues(text.split(',').map((part) => part.trim()))) {
    const last = found.at(-1);
    if (isSetting(item)) {
      if (!last) throw new OffheapError('USAGE', `Expected --allocator to begin with a configuration, got ${quote(item)}.`);
      found[found.length - 1] = withSetting(last, item);
    } else {
      found.push(...(manyNamed(item) ?? [named(item)]));
    }
  }
  return uniqueByKey(found);
}

const isVariable = (item: string) => /^[A-Z_][A-Z0-9_]*=/.test(item);
const isSetting = (item: string) => isVariable(item) || /^-X/.test(item);

function joinValues(parts: readonly string[]): string[] {
  const items: string[] = [];
  for (const part of parts) {
    const last = items.at(-1);
    if (last !== undefined && isVariable(last) && !isSetting(part) && !isConfiguration(part))
      items[items.length - 1] = `${last},${part}`;
    else items.push(part);
  }
  return items;
}

/** `mine=/path/lib.so`, `mine=./lib.so`: a name may not begin with a capital, as a variable does. */
const ownBuild = /^([a-z][\w.-]*)=(\.{0,2}\/.*)$/;

function isConfiguration(item: string): boolean {
  return ownBuild.test(item) || manyNamed(item) !== undefined || find(item.split('=').at(-1) ?? '') !== undefined;
}

function manyNamed(item: string): readonly Configuration[] | undefined {
  if (item === 'all') return configurationsOf(undefined);
  const group = configurationGroups.find((name) => name === item);
  return group && configurationsOf(group);
}

function find(key: string): Configuration | undefined {
  return configurations.find((candidate) => candidate.key === key || candidate.aliases.includes(key));
}

function named(item: string): Configuration {
  const [, ownName, file] = ownBuild.exec(item) ?? [];
  if (ownName !== undefined && file !== undefined) return ownConfiguration(ownName, file);
  const [key = '', name] = item.split('=').reverse();
  const configuration = find(key);
  if (!configuration || item.split('=').length > 2) throw unknown(item);
  if (name === undefined) return configuration;
  requireNewName(name, key);
  return { ...configuration, key: name, aliases: [] };
}

function ownConfiguration(name: string, file: string): Configuration {
  requireNewName(name, file);
  const { path, allocator } = readOwnLibrary(file);
  return { key: name, allocator, library: path, aliases: [], env: {}, jvmFlags: [], summary: `a build of the user's: ${path}` };
}

function requireNewName(name: string, value: string): void {
  if (/^[a-z][\w.-]*$/.test(name) && find(name) === undefined && manyNamed(name) === undefined) return;
  throw new OffheapError(
    'USAGE',
    `Expected a new name of lower-case letters, digits, dots and dashes before =${value}, got ${quote(name)}.`,
  );
}

/** A configuration of the list keeps its name only as it is; with another setting it says so in its name, unless the user has named it. */
function withSetting(configuration: Configuration, item: string): Configuration {
  const isListed = find(configuration.key) === configuration;
  const key = isListed || configuration.key.includes('+') ? `${configuration.key}+${item}` : configuration.key;
  if (!isVariable(item)) return { ...configuration, key, aliases: [], jvmFlags: [...configuration.jvmFlags, item] };
  const separator = item.indexOf('=');
  const env = { ...configuration.env, [item.slice(0, separator)]: item.slice(separator + 1) };
  return { ...configuration, key, aliases: [], env };
}

function uniqueByKey(found: readonly Configuration[]): Configuration[] {
  return [...new Map(found.map((configuration) => [configuration.key, configuration])).values()];
}

function unknown(item: string): OffheapError {
  const known = configurations.flatMap(({ key, aliases }) => [key, ...aliases]).join(', ');
  return new OffheapError(
    'USAGE',
    `Expected --allocator to be a comma list of ${known}, all, ${configurationGroups.join(', ')}, or NAME=/path/lib.so; got ${quote(item)}.`,
  );
}
