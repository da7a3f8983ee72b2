import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../native/preloaded.ts';
import { startOffheap } from './offheap.ts';

const patience = { timeout: 30_000, interval: 20 };
/** Says that it is Java 99, of which there is no scan set, and begins to write one that it never ends. */
const java = `#!/bin/sh
case " $* " in
*" -version "*) printf '    java.home = /j\\n    java.version = 99.0.1\\n    java.vm.name = x\\n    java.vendor = x\\n    java.vm.version = 99\\n' >&2; exit ;;
esac
for word; do case $word in --output=*) echo half >"\${word#--output=}.part" ;; esac; done
echo $$ >"\${0%/*}/pid"
exec sleep 600
`;

function makeJava(): { home: string; cache: string } {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'home', 'bin'), { recursive: true });
  writeFileSync(join(folder, 'home', 'bin', 'java'), java, { mode: 0o755 });
  return { home: join(folder, 'home'), cache: join(folder, 'cache') };
}

test.each([
  ['scan-set', 'SIGINT', 130],
  ['scan-set', 'SIGTERM', 130],
  ['repro', 'SIGINT', 130],
  ['scan-set', 'SIGKILL', null],
] as const)(
  '%s that %s ends while it builds: its JVM has ended, and nothing half-written is left',
  async (command, signal, status) => {
    const { home, cache } = makeJava();
    const allocator = command === 'repro' ? ['--allocator=glibc', '--streams=1'] : [];
    const { child, finished } = startOffheap([command, `--java=${home}`, '--quiet', ...allocator], { OFFHEAP_CACHE_DIR: cache });
    const said = join(home, 'bin', 'pid');
    await vi.waitUntil(() => existsSync(said) && readFileSync(said, 'utf8') !== '', patience);
    const folder = join(cache, 'scan-set', 'jdk-99.0.1');
    expect(readdirSync(folder, { recursive: true })).toHaveLength(2);
    const interruptedAt = performance.now();
    child.kill(signal);
    expect(await finished).toEqual({ status, stdout: '', stderr: '' });
    expect(performance.now() - interruptedAt).toBeLessThan(2000);
    await expect.poll(() => readdirSync(folder)).toEqual([]);
    await expect.poll(() => existsSync(`/proc/${readFileSync(said, 'utf8').trim()}`)).toBe(false);
  },
);
