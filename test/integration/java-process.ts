import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { plain } from '../fixtures/preload.ts';
import type { JavaHome } from './java-homes.ts';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
export const reproJar = plain(join(projectRoot, 'build', 'java', 'offheap-repro.jar'));

/** See java-repro/README.md for the reason of each. */
export const steadyFlags = ['-Xms384m', '-Xmx384m', '-Xmn320m', '-XX:+AlwaysPreTouch', '-XX:+UseG1GC'];

/** Of what asks for no figure of memory: the same room for garbage, which is touched when it is used, and no C2. */
export const briefFlags = ['-Xms384m', '-Xmx384m', '-Xmn320m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** Phase name → its figures. */
export type Phases = Record<string, Record<string, string>>;

export interface Run {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly phases: Phases;
}

/** Runs the reproducer to its end. A wrong exit status is a result here, not an exception. */
export async function repro(home: JavaHome, args: string[], options: { flags?: string[]; input?: string } = {}): Promise<Run> {
  const { exitCode, stdout, stderr } = await execa(home.java, [...(options.flags ?? steadyFlags), '-jar', reproJar, ...args], {
    reject: false,
    // An allocator, or a setting of one, that the shell has exported is no part of these tests; and messages are the same in any locale.
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' },
    extendEnv: false,
    input: options.input ?? '',
    timeout: 250_000,
  });
  return { exitCode, stdout, stderr, phases: parsePhases(stdout) };
}

export function parsePhases(stdout: string): Phases {
  const lines = stdout.split('\n').filter((line) => line.startsWith('@phase '));
  return Object.fromEntries(lines.map(parsePhase));
}

function parsePhase(line: string): [string, Record<string, string>] {
  const [, name = '', ...figures] = line.split(' ');
  return [name, Object.fromEntries(figures.map((figure) => figure.split('=', 2)))];
}

/** Where `offheap repro` keeps a JDK's scan set; built here when it has not run yet. */
export async function ensureScanSet(home: JavaHome): Promise<string> {
  const path = join(projectRoot, 'build', 'scan-set', `jdk-${home.version}`, 'app.jar');
  if (!existsSync(path)) await repro(home, ['build-scan-set', `--output=${path}`]);
  return path;
}

export async function readRssBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
