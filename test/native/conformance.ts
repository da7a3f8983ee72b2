import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileWhenNewer } from '../compile-when-newer.ts';
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

const headersIn = (path: string) =>
  readdirSync(path)
    .filter((name) => name.endsWith('.h'))
    .map((name) => join(path, name));

/** `tools`: those of another kind of machine, by what their names begin with. */
function build(name: string, sources: string[], { more = [], tools = '' }: { more?: string[]; tools?: string } = {}): string {
  const paths = sources.map((source) => join(folder, source));
  const inputs = [fileURLToPath(import.meta.url), ...paths, ...headersIn(folder), ...headersIn(shared)];
  return compileWhenNewer(join(built, `${tools}${name}`), inputs, tools === '' ? 'cc' : `${tools}gcc`, [
    ...flags,
    ...more,
    ...paths,
  ]);
}

/** The program of conformance/main.c; its argument is the library. */
export const buildConformance = (tools = '') => ({
  program: build(
    'conformance',
    ['main.c', 'c_rows.c', 'posix_rows.c', 'glibc_rows.c', 'thread_rows.c', 'process_rows.c', 'library_rows.c', 'confined_rows.c'],
    {
      tools,
    },
  ),
  plugin: build('conformance-plugin.so', ['plugin.c'], { more: ['-shared', '-fPIC'], tools }),
});

/** State by promise, from what the program prints. */
export function parsePromises(stdout: string): Map<string, string> {
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  return new Map(rows.map(([state = '', , promise = '']) => [promise, state]));
}

export const buildProperty = () => build('property', ['property.c', 'property_model.c']);
