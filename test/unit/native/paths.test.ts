import { afterEach, expect, test, vi } from 'vitest';
import { agentPath, preloadLibraryPath } from '../../../src/native/preload-paths.ts';
import { ownLibc } from '../../../src/process/libc.ts';
import { packageRoot } from '../../../src/process/paths.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

test('preload libraries are in build/Release, or where OFFHEAP_PRELOAD_DIR says', () => {
  vi.stubEnv('OFFHEAP_PRELOAD_DIR', undefined);
  expect(preloadLibraryPath('mmapalloc')).toBe(`${packageRoot}build/Release/libmmapalloc.so`);
  vi.stubEnv('OFFHEAP_PRELOAD_DIR', '/opt/offheap');
  expect(preloadLibraryPath('mmapalloc')).toBe('/opt/offheap/libmmapalloc.so');
});

test('those for programs on the other libc are what the package carries for it', () => {
  vi.stubEnv('OFFHEAP_PRELOAD_DIR', undefined);
  const [own, other] = ownLibc() === 'glibc' ? (['glibc', 'musl'] as const) : (['musl', 'glibc'] as const);
  const folder = `prebuilds/linux${other === 'musl' ? 'musl' : ''}-${process.arch}`;
  expect(preloadLibraryPath('meter', own)).toBe(`${packageRoot}build/Release/libmeter.so`);
  expect(preloadLibraryPath('meter', other)).toBe(`${packageRoot}${folder}/libmeter.so`);
  // Any agent will do where there is none for that libc.
  expect([folder, 'build/Release'].map((place) => `${packageRoot}${place}/liballocator-agent.so`)).toContain(agentPath(other));
});

test.each([
  ['is missing', '/nonexistent/offheap.node', 'found none at /nonexistent/offheap.node. Build it: npm run build:native'],
  ['is no addon', '/etc/passwd', 'it does not load: '],
])('an addon that %s: the error names the file and the command', async (_, path, message) => {
  vi.stubEnv('OFFHEAP_ADDON_PATH', path);
  const { loadBinding } = await import('../../../src/native/binding.ts');
  expect(loadBinding).toThrow(expect.objectContaining({ code: 'NATIVE_MISSING', message: expect.stringContaining(message) }));
});
