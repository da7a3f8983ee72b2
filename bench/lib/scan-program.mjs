// The reproducer as a program to be measured.
import { join } from 'node:path';
import { ensureScanSet } from '../../dist/experiment/repro-launch.js';
import { resolveJdk } from '../../dist/jvm/java-home.js';
import { execaRunner } from '../../dist/process/execa-runner.js';
import { say } from '../../scripts/lib/run.mjs';
import { root } from './bench.mjs';

/** @returns `{ jdk, program }`, the second as runScan() takes it */
export async function findScanProgram() {
  const jdk = await resolveJdk(undefined, execaRunner);
  const onBuild = () => say('building the set of classes that is scanned');
  // Ctrl-C ends the whole benchmark.
  const scanSet = await ensureScanSet(jdk, execaRunner, { onBuild, signal: new AbortController().signal });
  return { jdk, program: { launcher: jdk.launcher, jar: join(root, 'build', 'java', 'offheap-repro.jar'), scanSet } };
}
