import { expect, onTestFinished, test, vi } from 'vitest';
import { glibcs } from '../../../scripts/glibcs/list.mjs';
import { openGlibc } from '../../../scripts/glibcs/open.mjs';
import { bootstrapArguments, releases } from '../../../scripts/lib/debootstrap.mjs';

test('each glibc is of a release that debootstrap is told how to fetch', () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => vi.restoreAllMocks());
  expect(glibcs.filter(({ release }) => !(release in releases))).toEqual([]);
  for (const { release } of glibcs)
    expect(bootstrapArguments(release, '/folder', ['--download-only'])).toEqual([
      '--download-only',
      '--variant=minbase',
      expect.stringMatching(/^--components=main/),
      expect.stringMatching(/^--keyring=|^--no-check-gpg$/),
      release,
      '/folder',
      '',
      releases[release].distribution === 'debian' ? 'sid' : 'gutsy',
    ]);
});

test('a glibc that nobody has fetched is none, with the reason', () => {
  const isMade = process.arch === 'x64';
  expect(openGlibc('9.99')).toEqual({
    reason: isMade ? 'glibc 9.99 is not in the cache; run: npm run glibcs' : 'glibc 9.99 is made for x86-64 alone',
  });
});
