import { afterEach, expect, test, vi } from 'vitest';
import { preloadLibraryPath } from '../../../src/native/preload-paths.ts';
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

test.each([
  ['is missing', '/nonexistent/offheap.node', 'found none at /nonexistent/offheap.node. Build it: npm run build:native'],
  ['is no addon', '/etc/passwd', 'it does not load: '],
])('an addon that %s: the error names the file and the command', async (_, path, message) => {
  vi.stubEnv('OFFHEAP_ADDON_PATH', path);
  const { loadBinding } = await import('../../../src/native/binding.ts');
  expect(loadBinding).toThrow(expect.objectContaining({ code: 'NATIVE_MISSING', message: expect.stringContaining(message) }));
});
