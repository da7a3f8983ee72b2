import { type FirstReleases, isSince } from '../model/jdk-releases.ts';

/** One thing that can be set of an allocator or of the JVM. How it is spelled is said here alone. */
export interface Setting {
  /** As its documentation spells it: `MALLOC_ARENA_MAX`, `glibc.malloc.trim_threshold`, `-XX:TrimNativeHeapInterval`. */
  name: string;
  /** Between name and value. */
  equals: string;
  /** The variable that carries it; undefined for an argument of the JVM. */
  variable?: string;
  /** Between settings, where the variable carries several. */
  separator?: string;
  /** The JDKs that know it; undefined: all that run. */
  firstJdks?: FirstReleases;
  /** The JDKs that no longer know it; undefined: none. */
  withoutSince?: FirstReleases;
  /** The collector that heeds it, as the JVM names it; undefined: any. */
  collector?: string;
  /** What says the same to a glibc that does not know it yet. */
  older?: { beforeGlibc: string; setting: Setting };
}

export type Assignment = readonly [setting: Setting, value: string];

/** What is set: variables, and arguments of the JVM. */
export interface Settings {
  env: Record<string, string>;
  jvmFlags: string[];
}

/** A variable that is one setting. */
export function variable(name: string): Setting {
  return { name, equals: '=', variable: name };
}

/** A flag of the JVM that has a value: -XX:NAME=value. */
export function jvmFlag(name: string, knownBy: Pick<Setting, 'firstJdks' | 'withoutSince' | 'collector'> = {}): Setting {
  return { name: `-XX:${name}`, equals: '=', ...knownBy };
}

/** A flag of the JVM that is on or off: -XX:+NAME or -XX:-NAME. It is assigned no value. */
export function jvmSwitch(
  sign: '+' | '-',
  name: string,
  knownBy: Pick<Setting, 'firstJdks' | 'withoutSince' | 'collector'> = {},
): Setting {
  return { name: `-XX:${sign}${name}`, equals: '', ...knownBy };
}

/** Assignments as they are written, beside what a process has in the same variables already. */
export function write(assignments: readonly Assignment[], inherited: Readonly<Record<string, string>> = {}): Settings {
  const env: Record<string, string> = {};
  const jvmFlags: string[] = [];
  for (const [setting, value] of assignments) {
    const { variable: carrier, separator } = setting;
    if (carrier === undefined) jvmFlags.push(spell(setting, value));
    else if (separator === undefined) env[carrier] = value;
    else env[carrier] = [...others(env[carrier] ?? inherited[carrier], setting, separator), spell(setting, value)].join(separator);
  }
  return { env, jvmFlags };
}

/** What a variable carries beside a setting: where it is there twice, not every reader takes the last one. */
function others(carried: string | undefined, setting: Setting, separator: string): string[] {
  return (carried ?? '').split(separator).filter((part) => part !== '' && !part.startsWith(spell(setting, '')));
}

/** Whether it is set, to whatever value, or, with one, to that. */
export function isSet(setting: Setting, value: string | undefined, { env, jvmFlags }: Readonly<Settings>): boolean {
  const { variable: carrier, separator, older } = setting;
  if (older && isSet(older.setting, value, { env, jvmFlags })) return true;
  const text = value === undefined ? setting.name : spell(setting, value);
  if (carrier === undefined) return jvmFlags.some((flag) => flag.includes(text));
  const found = env[carrier];
  if (separator === undefined) return found !== undefined && (value === undefined || found === value);
  return found?.includes(text) ?? false;
}

/** Whether a JVM knows it and heeds it. What every JVM knows holds where none is seen as well. */
export function isHeeded(
  { firstJdks, withoutSince, collector }: Setting,
  jvm: { version: string; collector?: string | undefined } | undefined,
): boolean {
  if (firstJdks !== undefined && !(jvm && isSince(jvm.version, firstJdks))) return false;
  if (withoutSince !== undefined && jvm && isSince(jvm.version, withoutSince)) return false;
  return collector === undefined || (jvm?.collector?.toLowerCase().includes(collector.toLowerCase()) ?? false);
}

/** The setting as that glibc knows it; a version that is not known is taken for a new one. */
export function forGlibc(setting: Setting, version: string | undefined): Setting {
  const { older } = setting;
  return older && version !== undefined && minorOf(version) < minorOf(older.beforeGlibc) ? older.setting : setting;
}

/** glibc has been 2.x since 1997. */
function minorOf(version: string): number {
  return Number(/^2\.(\d+)/.exec(version)?.[1] ?? Number.POSITIVE_INFINITY);
}

/** A setting with its value, as it stands in what carries it. */
export function spell({ name, equals }: Setting, value: string): string {
  return `${name}${equals}${value}`;
}
