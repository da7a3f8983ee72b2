import { execFileSync } from 'node:child_process';
import type { Fix } from '../../src/model/doctor.ts';
import type { Run } from '../../test/corpus/run.ts';
import { program } from './doctor-run.ts';

/** A run waits for no minutes: intervals between what a JVM does by itself, and recordings, are made shorter, and that is said. */
const shorter: readonly [RegExp, string][] = [
  [/(?<=TrimNativeHeapInterval=)\d+/, '1000'],
  [/(?<=G1PeriodicGCInterval[= ])\d+/, '2000'],
  [/(?<=ZUncommitDelay=)\d+/, '2'],
  [/(?<=ShenandoahUncommitDelay=)\d+/, '1000'],
  [/(?<=ShenandoahGuaranteedGCInterval=)\d+/, '2000'],
  [/(?<=ZCollectionInterval=)\d+/, '2'],
  [/(?<=--stacks=)\w+/, '3s'],
];

export const shorten = (text: string) => shorter.reduce((now, [what, value]) => now.replace(what, value), text);

/** What is set in the shell that starts it, and what stands in front of its command. */
const exported = /^export (\w+)=/;
const inFront = /in front of its command/;

/** Whether it is a setting, and no command for the living process. */
export function isOfTheStart({ environment, jvmFlags, command = '', action }: Fix): boolean {
  return environment !== undefined || jvmFlags !== undefined || exported.test(command) || inFront.test(action);
}

/** The same run with what a fix sets. */
export function restartWith(run: Run, fix: Fix): { next: Run; applied: string } {
  const environment = { ...fix.environment, ...(fix.command === undefined ? {} : exportedBy(fix.command)) };
  const flags = (fix.jvmFlags ?? []).map(shorten);
  const inner = 'java' in run.program ? { ...run.program, flags: [...run.program.flags, ...flags] } : run.program;
  const prefix = fix.command !== undefined && inFront.test(fix.action) ? fix.command : undefined;
  const applied = [
    ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    ...flags,
    ...(prefix === undefined ? [] : [prefix]),
  ].join(' ');
  return { next: { ...withoutPreload(run, environment), program: inner, ...(prefix === undefined ? {} : { prefix }) }, applied };
}

/** What names its libraries anew names those that are there as well. */
function withoutPreload({ preload = [], ...run }: Run, environment: Readonly<Record<string, string>>): Run {
  const merged = { ...run, environment: { ...run.environment, ...environment } };
  return environment['LD_PRELOAD'] === undefined ? { ...merged, preload } : merged;
}

/** By a command for the shell that starts the program: `export NAME="…"`. */
function exportedBy(command: string): Record<string, string> {
  const name = exported.exec(command)?.[1];
  if (name === undefined) return {};
  // By a word of the shell itself: the libraries that it names are not for commands of this machine.
  const script = `offheap() { "$NODE" "$OFFHEAP" "$@"; }\n${command}\nprintf %s "$${name}"`;
  const env = { ...process.env, NODE: process.execPath, OFFHEAP: program };
  return { [name]: execFileSync('sh', ['-c', script], { env, encoding: 'utf8' }) };
}
