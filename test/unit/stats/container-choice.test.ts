import { expect, test } from 'vitest';
import { describeContainer, inPlace, type WantedPlace } from '../../../src/stats/container-choice.ts';

const idOf = (start: string) => start.padEnd(64, '0');
const uid = '2f7e8c3a-91d4-4b7e-8a55-0c1d2e3f4a5b';
const contained = {
  web: { id: idOf('8f2a1d'), name: 'web' },
  face: { id: idOf('8f2b'), name: 'face' },
  app: { id: idOf('face'), name: 'app', pod: 'web', namespace: 'shop', podUid: uid },
  other: { id: idOf('ab'), name: 'app', pod: 'web', namespace: 'test', podUid: uid.replace('2', '3') },
  bare: { id: idOf('cd'), podUid: uid },
};
const processes = Object.entries(contained).map(([key, container]) => ({ key, container }));
const chosen = (wanted: WantedPlace) => inPlace(processes, wanted).map(({ key }) => key);

test.each<[WantedPlace, string[]]>([
  [{ container: 'web' }, ['web']],
  [{ container: '8f2a' }, ['web']],
  [{ container: '8F2A1D' }, ['web']],
  [{ container: '8f2' }, []],
  [{ container: idOf('8f2b') }, ['face']],
  // A name that could be the start of an id.
  [{ container: 'face' }, ['face']],
  [{ container: 'app' }, ['app', 'other']],
  [{ container: 'app', pod: 'shop/web' }, ['app']],
  [{ pod: 'web' }, ['app', 'other']],
  [{ pod: 'test/web' }, ['other']],
  [{ pod: uid }, ['app', 'bare']],
  [{ pod: '2F7E' }, ['app', 'bare']],
  [{ pod: 'shop' }, []],
  [{ container: 'none' }, []],
])('%j is %j', (wanted, keys) => {
  expect(chosen(wanted)).toEqual(keys);
});

test('what to tell them by', () => {
  expect(Object.values(contained).map(describeContainer)).toEqual(['web', 'face', 'shop/web/app', 'test/web/app', 'cd0000000000']);
  expect(describeContainer({ podUid: uid })).toBe(`pod ${uid}`);
  expect(describeContainer({ podUid: uid, pod: 'web', namespace: 'shop' })).toBe('shop/web');
});
