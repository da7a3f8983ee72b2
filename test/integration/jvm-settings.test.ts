import { describe, expect, test } from 'vitest';
import { isHeeded } from '../../src/allocators/setting.ts';
import { type Jdk, resolveLauncher } from '../../src/jvm/java-home.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';
import { documentation, settings } from '../fixtures/settings.ts';
import { findJavaHomes } from './java-homes.ts';

const homes = findJavaHomes();
const jdkOf = (java: string): Promise<Jdk> => resolveLauncher({ launcher: java, source: 'PATH' }, execaRunner);
const flags = settings.filter(({ name }) => name.startsWith('-XX:'));
const withoutPrefix = (flag: string) => flag.replace(/^-XX:[+-]?/, '');

describe.each(homes)('JDK $version', ({ java }) => {
  test('it has the flags that are advised to it, and none of those that are kept from it', async () => {
    const jdk = await jdkOf(java);
    const advised = flags.map((flag) => [flag.name, isHeeded(flag, { version: jdk.version, collector: flag.collector })]);
    expect(advised.length).toBeGreaterThan(5);
    expect(advised).toEqual(flags.map(({ name }) => [name, jdk.flags.has(withoutPrefix(name))]));
  });
});

test('each flag that the documentation names is one of a JVM', async () => {
  const jdks = await Promise.all(homes.map(({ java }) => jdkOf(java)));
  const named = documentation.flatMap(({ page, text }) => (text.match(/-XX:[+-]?\w+/g) ?? []).map((flag) => ({ page, flag })));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ flag }) => jdks.every((jdk) => !jdk.flags.has(withoutPrefix(flag))))).toEqual([]);
});
