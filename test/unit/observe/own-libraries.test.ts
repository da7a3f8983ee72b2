import { expect, test } from 'vitest';
import { nameLibraries, ownLibraries } from '../../../src/observe/own-libraries.ts';
import type { Mapping } from '../../../src/parse/smaps.ts';

const mapped = (path: string, perms = 'r-xp') => ({ path, perms }) as Mapping;
const none = { preloaded: [] };

test('libraries of the program, not of the system, of the JDK, preloaded or data', () => {
  const mappings = [
    mapped('/opt/jdk-25/bin/java', 'r--p'),
    mapped('/opt/jdk-25/bin/java'),
    mapped('/opt/jdk-25/lib/server/libjvm.so'),
    mapped('/opt/jdk-25/lib/libnio.so'),
    mapped('/usr/lib/x86_64-linux-gnu/libz.so.1'),
    mapped('/lib/x86_64-linux-gnu/libc.so.6'),
    mapped('/app/libmeter.so'),
    mapped('/app/index.data', 'r--p'),
    mapped('/tmp/librocksdbjni12431264857937860269.so'),
    mapped('/root/.cache/JNA/temp/jna8763428937462389.tmp'),
    mapped('[vdso]'),
    mapped(''),
  ];
  const found = ownLibraries(mappings, { preloaded: ['/app/libmeter.so'] });
  expect(found).toEqual(['/tmp/librocksdbjni12431264857937860269.so', '/root/.cache/JNA/temp/jna8763428937462389.tmp']);
  expect(nameLibraries(found)).toEqual(['librocksdbjni….so', 'jna….tmp']);
});

test.each([
  ['/usr/lib/jvm/java-8-openjdk-amd64/jre/lib/amd64/server/libjvm.so', '/usr/lib/jvm/java-8-openjdk-amd64/jre/lib/amd64/libzip.so'],
  ['/jdk/jre/lib/amd64/server/libjvm.so', '/jdk/lib/amd64/jli/libjli.so'],
  ['/jdk/lib/server/libjvm.so', '/jdk/lib/libjimage.so'],
])('with %s, %s is the JDK’s', (jvm, library) => {
  expect(ownLibraries([mapped('/bin/app'), mapped(jvm), mapped(library)], none)).toEqual([]);
});

test('in a root of its own the system’s are those below that root', () => {
  const mappings = [mapped('/srv/root/bin/app'), mapped('/srv/root/usr/lib/libz.so.1'), mapped('/srv/root/opt/libown.so')];
  expect(ownLibraries(mappings, { preloaded: [], root: '/srv/root' })).toEqual(['/srv/root/opt/libown.so']);
});

test('of a hostile program the first 64, their names printable', () => {
  const mappings = [mapped('/bin/app'), ...Array.from({ length: 100 }, (_, nth) => mapped(`/x/lib${nth}\u001b[2J.so`))];
  const names = nameLibraries(ownLibraries(mappings, none));
  expect(names).toHaveLength(64);
  expect(names[0]).toBe('lib0\\u{1b}[2J.so');
});
