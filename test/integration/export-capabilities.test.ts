import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { isRoot, skipUnless } from '../skip.ts';
import { type BurstJvm, compileBurst, startBurst } from './burst-jvm.ts';
import { find, scrapeUntil } from './scrape.ts';

const bin = fileURLToPath(new URL('../../bin/offheap.js', import.meta.url));
const anotherUser = 65_534;
let folder: string;
let jvm: BurstJvm;

skipUnless(isRoot, 'only root gives capabilities away');
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-capabilities-'));
  await compileBurst(folder);
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

/** The exporter as root with no other capabilities than these, as the DaemonSet runs it. */
async function exportWith(capabilities: string[]): Promise<string> {
  const wanted = ['-all', ...capabilities.map((name) => `+${name}`)].join(',');
  const own = [process.execPath, bin, 'export', '--port=0', `--select=-cp ${folder} `, '--interval=200ms'];
  const child = spawn('setpriv', [`--inh-caps=${wanted}`, `--bounding-set=${wanted}`, ...own], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill();
    expect((await ended)[0]).toBe(0);
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const [, url] = /^offheap export: (http:.*)$/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('the exporter did not tell its address');
}

/** docs/fleet.md has this table. */
test.each([
  { capabilities: ['sys_ptrace'], heaps: 0, jvmTold: 0, failures: ['environment NO_PERMISSION', 'jvm ATTACH_FAILED'] },
  { capabilities: ['sys_ptrace', 'dac_read_search'], heaps: 1, jvmTold: 0, failures: ['jvm ATTACH_FAILED'] },
  { capabilities: ['sys_ptrace', 'dac_override', 'chown'], heaps: 1, jvmTold: 0, failures: ['jvm ATTACH_FAILED'] },
  { capabilities: ['sys_ptrace', 'dac_override', 'kill', 'chown'], heaps: 1, jvmTold: 1, failures: [] },
])('of another user’s JVM, with $capabilities: heaps $heaps, NMT $jvmTold', async ({ capabilities, heaps, jvmTold, failures }) => {
  jvm = await startBurst(folder, { flags: ['-XX:NativeMemoryTracking=summary'], user: anotherUser });
  onTestFinished(() => jvm.end());
  const url = await exportWith(capabilities);
  const samples = await scrapeUntil(url, (all) => find(all, 'offheap_process_looked_at_timestamp_seconds').length === 1);
  expect(find(samples, 'offheap_process_region_resident_bytes').length).toBeGreaterThan(5);
  expect(find(samples, 'offheap_malloc_live_bytes')).toHaveLength(heaps);
  // All but the Java heap: where that lies the JVM's own structures tell whoever may read its libjvm.so.
  expect(find(samples, 'offheap_process_native_resident_bytes')).toHaveLength(heaps);
  expect(find(samples, 'jvm_memory_nmt_committed_bytes', { category: 'total' })).toHaveLength(jvmTold);
  const errors = find(samples, 'offheap_exporter_errors_total').map(({ labels }) => `${labels['instrument']} ${labels['code']}`);
  expect(errors.sort()).toEqual(failures);
});
