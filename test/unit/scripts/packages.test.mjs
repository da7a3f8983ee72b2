import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { majorOfPolicy, nameInRelease } from '../../../scripts/lib/apt.mjs';
import { findJdk } from '../../../scripts/lib/jdk.mjs';

test('a JDK is told by its version: one that is too old is passed over', () => {
  const home = mkdtempSync(join(tmpdir(), 'offheap-jdk-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin', 'javac'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const versionOf = (text) => {
    writeFileSync(join(home, 'release'), text);
    vi.stubEnv('JAVA_HOME', home);
    onTestFinished(() => void vi.unstubAllEnvs());
    return findJdk();
  };
  expect(versionOf('JAVA_VERSION="11.0.25"\n')).toEqual({ found: '11 (JAVA_HOME)' });
  expect(versionOf('IMPLEMENTOR="x"\nJAVA_VERSION="1.8.0_432"\n')).toEqual({ found: '8 (JAVA_HOME)' });
  expect(versionOf('JAVA_VERSION="21.0.1"\n')).toEqual({ home, found: '21 (JAVA_HOME)' });
});

test.each([
  // distribution, version, tcmalloc, mimalloc, JDK
  ['debian', 12, 'libtcmalloc-minimal4', 'libmimalloc2.0', 'default-jdk-headless'],
  ['debian', 13, 'libtcmalloc-minimal4t64', 'libmimalloc3', 'default-jdk-headless'],
  ['ubuntu', 22.04, 'libtcmalloc-minimal4', 'libmimalloc2.0', 'openjdk-17-jdk-headless'],
  ['ubuntu', 24.04, 'libtcmalloc-minimal4t64', 'libmimalloc2.0', 'default-jdk-headless'],
])('%s %d, its lists empty: packages by the names of that release', (distribution, version, ...names) => {
  const wanted = [
    ['libtcmalloc-minimal4t64', 'libtcmalloc-minimal4'],
    ['libmimalloc3', 'libmimalloc2.0'],
    ['default-jdk-headless', 'openjdk-17-jdk-headless'],
  ];
  expect(wanted.map((candidates) => nameInRelease(candidates, { distribution, version }))).toEqual(names);
});

test("a package's version as apt tells it, with Java's old way of counting", () => {
  const policy = (candidate) => `thing:\n  Installed: (none)\n  Candidate: ${candidate}\n  Version table:\n`;
  const versions = ['2:1.11-72build2', '2:1.17-74', '17.0.15+6-1~deb12u1', '4:12.2.0-3', '(none)'];
  expect(versions.map((version) => majorOfPolicy(policy(version)))).toEqual([11, 17, 17, 12, undefined]);
});
