import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectedTally, makeClass } from './java-classes.ts';
import { findJavaHomes, type JavaHome } from './java-homes.ts';
import { repro } from './java-process.ts';
import { deflated, type ZipEntry, zip } from './java-zip.ts';

// Sizes on both sides of each rule of the loader's buffer: one read, the 64 KB limit, several reads of 8 KB, the scanner's own buffer.
const classes = [0, 1, 65_300, 65_450, 65_470].map((padding, i) => makeClass(`app/C${i}`, 'java/lang/Object', padding));
const library = [makeClass('lib/One', 'app/C0'), makeClass('lib/Two', 'app/C0')];
const entriesOf = (list: typeof classes, folder = '', method = deflated): ZipEntry[] =>
  list.map(({ name, data }) => ({ name: `${folder}${name}.class`, data, method }));
const [first] = entriesOf(classes) as [ZipEntry];

const [home] = findJavaHomes() as [JavaHome];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-jars-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function save(name: string, bytes: Buffer): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, bytes);
  return path;
}

/** Small jars need neither G1 nor C2. */
const serialFlags = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
const scan = (jars: string, ...args: string[]) =>
  repro(home, ['scan', `--jars=${jars}`, '--settle-ms=0', ...args], { flags: serialFlags });

describe.each(['leaky', 'half', 'fixed', 'jdk'])("the user's jars, read by the %s loader", (loader) => {
  test('a directory of plain jars', async () => {
    await save(`dir-${loader}/b.jar`, zip(entriesOf(library)));
    await save(`dir-${loader}/a.jar`, zip(entriesOf(classes), { comment: 'a comment after the end record' }));
    await save(`dir-${loader}/notes.txt`, Buffer.from('not a jar'));
    const { stderr, phases } = await scan(join(folder, `dir-${loader}`), `--loader=${loader}`, '--streams=7');
    const { bytes, superclasses, checksum } = expectedTally([...classes, ...library]);
    expect(stderr).toBe('');
    expect(phases['baseline']).toMatchObject({ jars: '2', classes: '7' });
    expect(phases['scanned']).toMatchObject({ classes: '7', bytes: String(bytes), superclasses: String(superclasses), checksum });
  });

  test('a fat jar behind a start script, its own classes included; a stored class needs no Inflater', async () => {
    const nested = zip([...entriesOf(library.slice(0, 1)), ...entriesOf(library.slice(1), '', 0)]);
    const fat = zip([...entriesOf(classes, 'BOOT-INF/classes/'), { name: 'BOOT-INF/lib/lib.jar', data: nested }], {
      prefix: '#!/bin/sh\nexec java -jar "$0"\n',
    });
    const path = await save(`${loader}.jar`, fat);
    const { phases } = await scan(path, `--loader=${loader}`, '--streams=7', '--threads=3');
    expect(phases['scanned']).toMatchObject({ classes: '7', checksum: expectedTally([...classes, ...library]).checksum });
    expect(phases['collected']).toMatchObject({ openInflaters: '0' });
    const narrowed = await scan(path, `--loader=${loader}`, '--scan=package', '--package=app');
    expect(narrowed.phases['scanned']).toMatchObject({ classes: '5', checksum: expectedTally(classes).checksum });
  });
});

test('going round: more streams than classes', async () => {
  const { phases } = await scan(await save('round.jar', zip(entriesOf(classes))), '--streams=12');
  const twice = [...classes, ...classes, ...classes.slice(0, 2)];
  expect(phases['scanned']).toMatchObject({ streams: '12', checksum: expectedTally(twice).checksum });
});

test('what is called a class and is none is read, but not counted as one', async () => {
  const { phases } = await scan(await save('odd.jar', zip([{ name: 'odd.class', data: Buffer.from('hello') }])), '--streams=2');
  expect(phases['scanned']).toMatchObject({ streams: '2', classes: '0', bytes: '10', superclasses: '0' });
});

test('the jdk loader extracts nested jars once, and leaves nothing half done', async () => {
  const path = await save('once/fat.jar', zip([{ name: 'BOOT-INF/lib/lib.jar', data: zip(entriesOf(library)) }]));
  for (let run = 0; run < 2; run++) expect((await scan(path, '--loader=jdk', '--streams=2')).exitCode).toBe(0);
  const [extracted = '', ...others] = (await readdir(join(folder, 'once'))).filter((name) => name !== 'fat.jar');
  expect(others).toEqual([]);
  expect(await readdir(join(folder, 'once', extracted))).toEqual(['lib.jar']);
  expect(await readFile(join(folder, 'once', extracted, 'lib.jar'))).toEqual(zip(entriesOf(library)));
});

test.each<[string, Buffer, string]>([
  [
    'cut.jar',
    zip(entriesOf(classes)).subarray(0, 500),
    'Expected a jar at PATH, found a file that is not one or that is cut short.',
  ],
  ['empty.jar', Buffer.alloc(0), 'Expected a jar at PATH, found a file that is not one or that is cut short.'],
  ['none.jar', zip([{ name: 'a.txt', data: Buffer.from('a') }]), 'Expected classes in PATH, found none.'],
  [
    'crc.jar',
    zip([{ ...first, crc: 1 }]),
    `PATH!/${first.name} is damaged: its size or checksum is not the one in the jar's directory.`,
  ],
  ['zstd.jar', zip([{ ...first, method: 93 }]), `Expected PATH!/${first.name} to be stored (0) or deflated (8), found method 93.`],
  ['secret.jar', zip([{ ...first, flags: 1 }]), `PATH!/${first.name} is encrypted, which is not supported.`],
  ['zip64.jar', zip([{ ...first, declaredSize: 0xffff_ffff }]), `PATH!/${first.name} is a zip64 entry, which is not supported.`],
  [
    'deflated.jar',
    zip([{ name: 'BOOT-INF/lib/a.jar', data: zip([first]), method: deflated }]),
    'Expected PATH!/BOOT-INF/lib/a.jar to be stored, as Spring Boot does, found it deflated.',
  ],
])('%s: one sentence and status 1', async (name, bytes, sentence) => {
  const path = await save(`bad/${name}`, bytes);
  const { stderr, exitCode } = await scan(path, '--streams=1');
  expect({ stderr, exitCode }).toEqual({ stderr: `offheap-repro: ${sentence.replace('PATH', path)}`, exitCode: 1 });
});
