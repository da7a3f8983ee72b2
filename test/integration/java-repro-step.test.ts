import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { findJavaHomes } from './java-homes.ts';
import { briefFlags, ensureScanSet, repro, reproJar } from './java-process.ts';
import { step } from './java-step.ts';

/** Whose memory nobody asks for. */
const brief = ['-XX:-AlwaysPreTouch', '-XX:TieredStopAtLevel=1'];
const phases = ['baseline', 'scanned', 'collected', 'settled'];

describe.each(findJavaHomes())('--step on JDK $version', (home) => {
  const small = async () => [`--jars=${await ensureScanSet(home)}`, '--streams=200', '--settle-ms=0'];

  test('waits at each phase, the last one too, for its line', async () => {
    const seen: string[] = [];
    const exitCode = await step(
      home,
      await small(),
      async (name, pid) => {
        seen.push(name);
        expect(await threadNames(pid)).toContain('scanner-7');
        return true;
      },
      brief,
    );
    expect({ seen, exitCode }).toEqual({ seen: phases, exitCode: 0 });
  });

  test.each(phases)('ends with status 0 when stdin ends at %s', async (last) => {
    const seen: string[] = [];
    const exitCode = await step(
      home,
      await small(),
      async (name) => {
        seen.push(name);
        return name !== last;
      },
      brief,
    );
    expect({ seen, exitCode }).toEqual({ seen: phases.slice(0, phases.indexOf(last) + 1), exitCode: 0 });
  });

  test('--hold stays until stdin ends', async () => {
    const { stdout, exitCode } = await repro(home, ['scan', ...(await small()), '--hold'], {
      flags: briefFlags,
      input: 'any\nlines\n',
    });
    expect(stdout).toMatch(/@phase settled\n@hold pid=\d+$/);
    expect(exitCode).toBe(0);
  });

  test('--hold outlives a stdin that is /dev/null, and ends at SIGTERM', async () => {
    const child = execa(home.java, ['-jar', reproJar, 'scan', ...(await small()), '--hold'], { reject: false, stdin: 'ignore' });
    let outlived = false;
    for await (const line of child.iterable()) {
      if (!line.startsWith('@hold')) continue;
      // Long enough for a program that takes the end of /dev/null for the end of its starter.
      await setTimeout(300);
      outlived = child.kill('SIGTERM');
    }
    expect({ outlived, exitCode: (await child).exitCode }).toEqual({ outlived: true, exitCode: 143 });
  });
});

async function threadNames(pid: number): Promise<string[]> {
  const tasks = `/proc/${pid}/task`;
  const names = await Promise.all((await readdir(tasks)).map((tid) => readFile(join(tasks, tid, 'comm'), 'utf8')));
  return names.map((name) => name.trim());
}
