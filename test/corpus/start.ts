import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { bytesPerMiB } from '../../src/model/units.ts';
import { parsePhaseLine } from '../../src/parse/phase-line.ts';
import { makeLimitedGroup } from '../../src/process/limited-group.ts';
import { endJvm } from '../end-jvm.ts';
import { inMountNamespace } from '../fixtures/namespace.ts';
import { commandOf, librariesOf } from './command.ts';
import type { Run } from './run.ts';
import { listen, type Said } from './said.ts';
import { cgroups } from './why-not.ts';

/** Of a shell whose first argument is the folder. It becomes the program, as whose pid it goes on. */
const mountAndRun = 'mount -t tmpfs tmpfs "$1"; shift; exec "$@"';
/** Each takes under two seconds on an idle machine, but for a few that wait for a time to pass. */
const readyTimeoutMs = 250_000;
const endTimeoutMs = 30_000;

/** What a program says of its own memory; absent where it does not know. */
export interface Announced {
  /** What its cause has. */
  bytes?: number;
  /** How fast it grows. */
  bytesPerMinute?: number;
}

export interface Patient {
  pid: number;
  announced: Announced;
  /** Lets it end by itself, and tells how it failed: `undefined` when it has done all its work. */
  finish(): Promise<string | undefined>;
  /** Ends the program, and waits for its end. */
  stop(): Promise<void>;
}

/**
 * Starts it, and resolves when it says that its memory is as the label tells.
 *
 * @param plain makes names that LD_PRELOAD and a class path can carry
 * @throws Error when it ends before, with what it said
 */
export async function startPatient(run: Run, plain: (path: string) => string): Promise<Patient> {
  const { environment = {}, tmpfs, limitMib } = run;
  const preload = await librariesOf(run.preload ?? [], plain);
  const env = {
    PATH: process.env['PATH'] ?? '',
    ...(process.env['JAVA_HOME'] ? { JAVA_HOME: process.env['JAVA_HOME'] } : {}),
    ...environment,
    ...(preload.length > 0
      ? { LD_PRELOAD: [...preload, ...(environment['LD_PRELOAD'] ?? '').split(':')].filter(Boolean).join(':') }
      : {}),
  };
  const own = commandOf(run.program, plain);
  const bare = run.prefix === undefined ? own : ['sh', '-c', `exec ${run.prefix} "$@"`, 'sh', ...own];
  const command = tmpfs === undefined ? bare : inMountNamespace(mountAndRun, [tmpfs, ...bare]).flat();
  const name = `offheap-corpus-${process.pid}`;
  const group =
    limitMib === undefined ? undefined : makeLimitedGroup({ version: 1, folder: cgroups }, name, limitMib * bytesPerMiB);
  // The shell goes into the group before it becomes the program, so that every page is charged there.
  const [file = '', ...args] = group ? ['sh', '-c', `echo $$ > ${group.procsFile} && exec "$@"`, 'sh', ...command] : command;
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const said = listen(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), readyTimeoutMs);
  const line = await said.first('@phase ready').finally(() => clearTimeout(timer));
  const values = parsePhaseLine(line ?? '')?.values;
  let pid = child.pid ?? 0;
  const stop = async () => {
    // What drives another program ends it when its own stdin ends.
    if (pid !== child.pid) await endsWithin(child);
    await endJvm(child);
    // Whoever the program started may take a moment longer to end than the program.
    await group?.remove();
  };
  if (values === undefined) {
    await stop();
    throw new Error(`${run.name}: the program ended before it was ready${said.failure()}`);
  }
  pid = Number(values['pid'] ?? pid);
  return { pid, announced: announcedBy(values), stop, finish: () => finish(child, said) };
}

function announcedBy(values: Readonly<Record<string, number | string>>): Announced {
  const [bytes, perMinute] = [Number(values['bytes'] ?? 0), Number(values['per-minute'] ?? 0)];
  return { ...(bytes > 0 ? { bytes } : {}), ...(perMinute > 0 ? { bytesPerMinute: perMinute } : {}) };
}

async function finish(child: ChildProcess, said: Said): Promise<string | undefined> {
  if (!(await endsWithin(child))) return 'it does not end when it is told to';
  if (child.exitCode !== 0) return `it ended by ${child.signalCode ?? `exit status ${child.exitCode}`}${said.failure()}`;
  return said.has('@done ok') ? undefined : `it ended without having done its work${said.failure()}`;
}

async function endsWithin(child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return true;
  const closed = once(child, 'close');
  child.stdin?.end();
  const bound = new AbortController();
  const ended = await Promise.race([closed.then(() => true), delay(endTimeoutMs, false, { signal: bound.signal })]);
  bound.abort();
  return ended;
}
