import { expect, test } from 'vitest';
import { mountOf, parseHidePid, parseMountInfo } from '../../../src/parse/mountinfo.ts';

const text = `21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
22 21 0:19 / /home rw,nosuid,noexec,relatime shared:2 master:1 - ext4 /dev/sda2 rw
23 22 0:20 / /home/a\\040b\\134c rw,relatime - tmpfs größe rw
24 21 0:21 / /opt rw,noexec - tmpfs tmpfs rw
25 21 0:22 / /opt rw,relatime - tmpfs tmpfs rw
`;

test.each([
  ['/usr/lib/x.so', '/', false],
  ['/home/me/x.so', '/home', true],
  ['/homes/x.so', '/', false],
  ['/home/a b\\c/x.so', '/home/a b\\c', false],
  ['/opt/x.so', '/opt', false],
])('%s lies on %s, noexec: %s', (path, folder, noexec) => {
  const mount = mountOf(path, parseMountInfo(text));
  expect(mount?.folder).toBe(folder);
  expect(mount?.options.includes('noexec')).toBe(noexec);
});

test('the device and the type of each, whatever optional fields come before them', () => {
  expect(parseMountInfo(text).map(({ device, fileSystem }) => [device, fileSystem])).toEqual([
    ['8:1', 'ext4'],
    ['0:19', 'ext4'],
    ['0:20', 'tmpfs'],
    ['0:21', 'tmpfs'],
    ['0:22', 'tmpfs'],
  ]);
  expect(parseMountInfo('26 21 0:23 / /x rw')).toEqual([{ device: '0:23', folder: '/x', options: ['rw'], fileSystem: '' }]);
});

test.each([
  ['rw', undefined],
  ['rw,hidepid=0', undefined],
  ['rw,hidepid=1', undefined],
  ['rw,hidepid=noaccess', undefined],
  ['rw,hidepid=2', '2'],
  ['rw,gid=1000,hidepid=invisible', 'invisible'],
  ['rw,hidepid=ptraceable,subset=pid', 'ptraceable'],
])('/proc with %s hides processes: %s', (options, hidden) => {
  const other = '25 21 0:22 / /other/proc rw - proc proc rw,hidepid=2\n';
  const first = '22 27 0:21 / /proc rw,relatime - proc proc rw,hidepid=2\n';
  // The latest mount is the one that is seen.
  expect(parseHidePid(`${first}22 27 0:21 / /proc rw,relatime shared:5 - proc proc ${options}\n${other}`)).toBe(hidden);
});
