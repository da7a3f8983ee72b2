import { execa } from 'execa';
import type { JavaHome } from './java-homes.ts';
import { readRssBytes, reproJar, steadyFlags } from './java-process.ts';

type OnPhase = (name: string, pid: number) => Promise<boolean>;

/** Answers each phase of `scan --step`; returns the exit status. */
export async function step(home: JavaHome, args: string[], onPhase: OnPhase, flags: string[] = []) {
  const child = execa(home.java, [...steadyFlags, ...flags, '-jar', reproJar, 'scan', '--step', ...args], {
    reject: false,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' },
    extendEnv: false,
    timeout: 250_000,
  });
  for await (const line of child.iterable()) {
    const [, name] = /^@phase (\w+)/.exec(line) ?? [];
    if (name === undefined || child.pid === undefined) continue;
    if (await onPhase(name, child.pid)) child.stdin.write('\n');
    else child.stdin.end();
  }
  return (await child).exitCode;
}

/** RSS at each phase, read while the program stands still. */
export async function measureRss(home: JavaHome, args: string[], flags: string[] = []) {
  const rss = { baseline: Number.NaN, scanned: Number.NaN, settled: Number.NaN };
  const read: OnPhase = async (name, pid) => {
    Object.assign(rss, { [name]: await readRssBytes(pid) });
    return true;
  };
  await step(home, args, read, flags);
  return rss;
}
