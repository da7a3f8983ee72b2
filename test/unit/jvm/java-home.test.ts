import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { resolveJdk } from '../../../src/jvm/java-home.ts';
import { packageRoot } from '../../../src/process/paths.ts';
import type { ProcessRunner } from '../../../src/process/runner.ts';

afterEach(() => vi.unstubAllEnvs());

/** A `java` that says of itself what a real one does with -XshowSettings:properties. */
const runnerOf = (version: string): ProcessRunner => ({
  start: () => Promise.reject(new Error('nothing is started')),
  capture: async () => ({
    stdout: '',
    stderr: `    java.home = /opt/java\n    java.vendor = Vendor\n    java.version = ${version}\n`,
  }),
});

const oldest = /^export const oldestJdk = (\d+);$/m.exec(readFileSync(join(packageRoot, 'scripts', 'lib', 'jdk.mjs'), 'utf8'))?.[1];

test.each(['1.8.0_392', '11.0.31', '16'])('Java %s is too old for the reproducer: one sentence with the cure', async (version) => {
  vi.stubEnv('JAVA_HOME', '');
  await expect(resolveJdk(undefined, runnerOf(version))).rejects.toMatchObject({
    code: 'MISSING_TOOL',
    message: `Expected Java ${oldest} or later (from PATH), found ${version} at "/opt/java". Install one (apt-get install openjdk-${oldest}-jre-headless) or name it by --java=HOME.`,
  });
});

test.each(['17', '17.0.15', '25-ea', '26.0.1'])('Java %s runs it', async (version) => {
  vi.stubEnv('JAVA_HOME', '');
  expect(await resolveJdk(undefined, runnerOf(version))).toMatchObject({ version, home: '/opt/java', launcher: 'java' });
});
