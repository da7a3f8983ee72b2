import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sameEverywhere } from '../compiler-flags.ts';

const folder = fileURLToPath(new URL('conformance', import.meta.url));
const shared = fileURLToPath(new URL('../../native/shared', import.meta.url));
const built = fileURLToPath(new URL('../../build/test-programs', import.meta.url));
const flags = [
  ...sameEverywhere,
  '-std=gnu11',
  '-D_GNU_SOURCE',
  '-O1',
  '-g',
  '-pthread',
  '-fno-builtin',
  '-Wl,-z,dynamic-undefined-weak',
  `-I${shared}`,
];

function build(name: string, sources: string[], more: string[] = []): string {
  mkdirSync(built, { recursive: true });
  const output = join(built, name);
  const paths = sources.map((source) => join(folder, source));
  const { status, stderr } = spawnSync('cc', [...flags, ...more, ...paths, '-o', output], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} does not compile:\n${stderr}`);
  return output;
}

/** The program of conformance/main.c; its argument is the library. */
export const buildConformance = () => ({
  program: build('conformance', ['main.c', 'c_rows.c', 'posix_rows.c', 'glibc_rows.c', 'thread_rows.c', 'process_rows.c']),
  plugin: build('conformance-plugin.so', ['plugin.c'], ['-shared', '-fPIC']),
});

export const buildProperty = () => build('property', ['property.c', 'property_model.c']);
