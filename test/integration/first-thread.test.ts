import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startExporter } from '../../src/exporter/exporter.ts';
import { parseSelection } from '../../src/exporter/select.ts';
import { offheap } from '../cli/offheap.ts';
import { compileWhenNewer } from '../compile-when-newer.ts';
import { endJvm } from '../end-jvm.ts';
import { findJavaHomes, type JavaHome } from './java-homes.ts';
import { projectRoot } from './java-process.ts';
import { find, scrapeUntil } from './scrape.ts';
import { openTerminal } from './terminal.ts';

const source = fileURLToPath(new URL('programs/jvm_of_second_thread.c', import.meta.url));
const homeOf = ({ java }: JavaHome) => join(java, '..', '..');
const libjvmOf = (home: JavaHome) => join(homeOf(home), 'lib', 'server', 'libjvm.so');
const hasHeaders = (home: JavaHome) => existsSync(join(homeOf(home), 'include', 'jni.h'));
const heapBytes = 67_108_864;

/** A JVM whose launcher makes it in a second thread and ends its first. */
async function startJvm(home: JavaHome): Promise<number> {
  const include = join(homeOf(home), 'include');
  const output = join(projectRoot, 'build', 'test-programs', `jvm_of_second_thread-${home.version}`);
  const flags = ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-pthread', `-I${include}`, `-I${join(include, 'linux')}`];
  const launcher = compileWhenNewer(output, [source], 'cc', [...flags, source, '-ldl']);
  const options = [`-Xmx${heapBytes}`, '-XX:NativeMemoryTracking=summary'];
  const child = spawn(launcher, [libjvmOf(home), ...options], { stdio: ['pipe', 'pipe', 'inherit'], env: {} });
  onTestFinished(() => endJvm(child));
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  expect(line).toBe('ready');
  const pid = child.pid ?? 0;
  expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /);
  return pid;
}

describe.each(findJavaHomes())('JDK $version, whose first thread has ended', (home) => {
  test('offheap doctor asks it, reads its heaps and divides its RSS', async (context) => {
    context.skip(!hasHeaders(home), 'this JDK has no jni.h');
    const pid = await startJvm(home);
    const { status, stdout, stderr } = await offheap(['doctor', String(pid), '--format=json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { evidence } = JSON.parse(stdout);
    expect(evidence).toMatchObject({ pid, allocator: { name: 'glibc' }, jvm: { version: expect.stringContaining(home.version) } });
    expect(evidence.jvm.nmt.totalCommittedBytes).toBeGreaterThan(10_000_000);
    expect(evidence.jvm.threads.count).toBeGreaterThan(5);
    expect(evidence.malloc.totals.liveBytes).toBeGreaterThan(1 << 20);
    expect(evidence.unknown).toEqual([]);
    const regions: { kind: string; rssBytes: number }[] = evidence.regions;
    expect(regions.find(({ kind }) => kind === 'java heap')?.rssBytes).toBeGreaterThan(0);
    expect(regions.reduce((sum, { rssBytes }) => sum + rssBytes, 0)).toBe(evidence.rssBytes);
  });

  test('offheap histo, export and watch see it, and the list of JVMs has it', async (context) => {
    context.skip(!hasHeaders(home), 'this JDK has no jni.h');
    const pid = await startJvm(home);
    const histo = await offheap(['histo', String(pid)]);
    expect(histo).toMatchObject({ status: 0, stderr: '' });
    expect(histo.stdout).toContain(`Process ${pid}, glibc`);
    const list = await offheap(['doctor']);
    expect(list.stdout).toMatch(new RegExp(`\\b${pid}\\b`));
    const terminal = openTerminal(['watch', String(pid), '--interval=100ms'], { rows: 40, columns: 100 });
    await terminal.until(/^java heap +[\d.]+ MiB/m);
    expect(terminal.lines()[0]).toMatch(new RegExp(`\\(pid ${pid}\\): JDK ${home.version}`));
    const exporter = await startExporter({
      ...{ host: '127.0.0.1', port: 0, allowedHosts: [], selection: parseSelection('java'), maxProcesses: 100, topThreads: 10 },
      ...{ intervalMs: 200, discoverMs: 100, attachIntervalMs: 500, cpuShare: 1, scrapeBudgetMs: 5000 },
    });
    onTestFinished(() => exporter.close());
    const labels = { pid: String(pid) };
    const samples = await scrapeUntil(
      exporter.url,
      (all) => find(all, 'offheap_process_native_resident_bytes', labels).length === 1,
    );
    expect(find(samples, 'offheap_process_native_resident_bytes', labels)[0]?.value).toBeGreaterThan(10 << 20);
  });
});
