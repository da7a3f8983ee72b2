import { expect, test } from 'vitest';
import { mountOf, parseMountInfo } from '../../../src/parse/mountinfo.ts';

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
