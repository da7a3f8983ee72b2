import { expect, test } from 'vitest';
import { parseMavenSettings } from '../../../src/parse/maven-settings.ts';

const settings = (mirrors: readonly [of: string, url: string][], rest = '') =>
  `<settings xmlns="http://maven.apache.org/SETTINGS/1.2.0">${rest}<mirrors>${mirrors
    .map(([of, url], index) => `<mirror><id>m${index}</id><mirrorOf>${of}</mirrorOf><url>${url}</url></mirror>`)
    .join('')}</mirrors></settings>`;
const mirror = (...mirrors: [string, string][]) => parseMavenSettings(settings(mirrors), {}).centralMirror;

test('a mirror of Central is the one that names it, else the first whose pattern includes it', () => {
  expect(mirror(['central', 'http://a/'])).toBe('http://a/');
  expect(mirror(['*', 'http://star'], ['central', 'http://named'])).toBe('http://named');
  expect(mirror(['snapshots', 'http://no'], ['external:*', 'http://first'], ['*', 'http://second'])).toBe('http://first');
  expect(mirror(['*,!central', 'http://no'])).toBeUndefined();
  expect(mirror(['releases, central', 'http://list'])).toBe('http://list');
  expect(mirror()).toBeUndefined();
});

test('variables are resolved as far as they are known; the local repository', () => {
  const variables = { 'env.HOST': 'mirror.example', 'user.home': '/home/u' };
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Maven's own
  const text = settings([['*', 'https://${env.HOST}/m2']], '<localRepository>${user.home}/repo</localRepository>');
  expect(parseMavenSettings(text, variables)).toEqual({
    centralMirror: 'https://mirror.example/m2',
    localRepository: '/home/u/repo',
  });
  expect(parseMavenSettings(text, {})).toEqual({ centralMirror: undefined, localRepository: undefined });
});

test('settings without mirrors, and what is no settings file', () => {
  for (const text of [
    '<settings/>',
    '<settings></settings>',
    '<other/>',
    '',
    '<settings><mirrors/></settings>',
    '< ',
    '<settings><a',
  ])
    expect(parseMavenSettings(text, {})).toEqual({ centralMirror: undefined, localRepository: undefined });
});
