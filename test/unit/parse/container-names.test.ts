import { expect, test } from 'vitest';
import {
  parseBundle,
  parseDockerConfig,
  parseEngineList,
  parseLogName,
  parsePodFolder,
  parseStorageList,
} from '../../../src/parse/container-names.ts';

const id = '8f2a1d0c9be34756a1f0e2d3c4b5a6978f2a1d0c9be34756a1f0e2d3c4b5a697';
const uid = '2f7e8c3a-91d4-4b7e-8a55-0c1d2e3f4a5b';
const app = { name: 'app', pod: 'web-5d9c7', namespace: 'shop' };
const kubelet = {
  'io.kubernetes.container.name': 'app',
  'io.kubernetes.pod.name': 'web-5d9c7',
  'io.kubernetes.pod.namespace': 'shop',
};

test.each([
  ['of its own', { Id: id, Names: ['/web'], Labels: {} }, { name: 'web' }],
  ['with a second name of a link', { Id: id, Names: ['/web', '/db/web'] }, { name: 'web' }],
  ['made by the kubelet, by its name', { Id: id, Names: [`/k8s_app_web-5d9c7_shop_${uid}_0`] }, app],
  ['made by the kubelet, by its labels', { Id: id, Names: [], Labels: kubelet }, app],
])('a container %s in the list of Docker’s API', (_, entry, names) => {
  expect(parseEngineList(JSON.stringify([entry]))).toEqual([[id, names]]);
});

test('Docker’s file of a container', () => {
  const text = JSON.stringify({ ID: id, Name: '/web', State: { Running: true }, Config: { Labels: { a: 'b' } } });
  expect(parseDockerConfig(text)).toEqual([[id, { name: 'web' }]]);
});

test('the list of Podman and CRI-O', () => {
  const other = id.replaceAll('8', '7');
  const text = JSON.stringify([
    { id, names: ['web'], image: 'x' },
    { id: other, names: [`k8s_app_web-5d9c7_shop_${uid}_0`] },
  ]);
  expect(parseStorageList(text)).toEqual([
    [id, { name: 'web' }],
    [other, app],
  ]);
});

test.each([
  [
    'containerd’s',
    {
      'io.kubernetes.cri.container-name': 'app',
      'io.kubernetes.cri.sandbox-name': 'web-5d9c7',
      'io.kubernetes.cri.sandbox-namespace': 'shop',
    },
    app,
  ],
  ['CRI-O’s', kubelet, app],
  ['of no pod', { 'org.opencontainers.image.title': 'x' }, {}],
])('a bundle, %s', (_, annotations, names) => {
  expect(parseBundle(JSON.stringify({ ociVersion: '1.0.2', annotations }))).toEqual(names);
});

test('names that the kubelet gives to files', () => {
  expect(parseLogName(`web-5d9c7_shop_app-${id}.log`)).toEqual([[id, app]]);
  expect(parseLogName(`web-5d9c7_shop_app-with-dashes-${id}.log`)).toEqual([[id, { ...app, name: 'app-with-dashes' }]]);
  expect(parsePodFolder(`shop_web-5d9c7_${uid}`)).toEqual([uid, { pod: 'web-5d9c7', namespace: 'shop' }]);
  expect([parseLogName('syslog'), parsePodFolder('syslog')]).toEqual([[], undefined]);
});

test.each(['', '{', 'null', '[]', '[1,null,[],"a"]', '{"annotations":7,"Names":{},"ID":7}', '[{"Id":"../../etc","Names":["/x"]}]'])(
  'of %s nothing is told',
  (text) => {
    const told = [parseEngineList(text), parseDockerConfig(text), parseStorageList(text), parseBundle(text)];
    expect(told).toEqual([[], [], [], {}]);
  },
);

test('what a name has that a terminal obeys is a number', () => {
  expect(parseEngineList(JSON.stringify([{ Id: id, Names: ['/a\u001b[2Jb'] }]))).toEqual([[id, { name: 'a\\u{1b}[2Jb' }]]);
});
