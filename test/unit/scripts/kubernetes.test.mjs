import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { commandLines, configurationFiles } from '../../../scripts/kubernetes/configuration.mjs';
import { readStage } from '../../../scripts/kubernetes/dockerfile.mjs';
import { podOf } from '../../../scripts/kubernetes/pods.mjs';
import { compilesWith, linkerFlags, readVersions } from '../../../scripts/kubernetes/versions.mjs';
import { waitFor } from '../../../scripts/kubernetes/wait.mjs';

const read = (path) => readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');

test('of Dockerfile.small the image without Docker takes its configuration, that of kubectl debug as root', () => {
  const text = read('Dockerfile.small');
  const { config, copies } = readStage(text);
  expect(copies).toEqual([{ from: 'build', source: '/small', target: '/' }]);
  expect(config).toEqual({
    Env: ['PATH=/usr/local/bin', 'XDG_CACHE_HOME=/tmp'],
    Labels: {
      'org.opencontainers.image.title': 'offheap',
      'org.opencontainers.image.description': 'Doctor and exporter for the native memory of JVMs',
      'org.opencontainers.image.licenses': 'MIT',
    },
    WorkingDir: '/tmp',
    Entrypoint: ['offheap'],
    Cmd: ['--help'],
    User: '10001:10001',
  });
  expect(readStage(text, 'debug')).toEqual({ copies, config: { ...config, User: '0:0' } });
});

test.each([
  ['a base that it has no files of', 'FROM debian AS build\nFROM build\nUSER 1\n', undefined, /begins FROM scratch, found debian/],
  ['a command', 'FROM scratch\nRUN echo\n', undefined, /found RUN echo/],
  ['a copy of another kind', 'FROM scratch\nCOPY a b\n', undefined, /found COPY a b/],
  ['no stage', 'ARG X=1\n', undefined, /expected FROM/],
  ['no stage of that name', 'FROM scratch AS one\n', 'other', /of that name/],
])('a Dockerfile with %s is refused', (_, text, target, message) => {
  expect(() => readStage(text, target)).toThrow(message);
});

test('the Kubernetes and the Go are those of go.mod, and all parts of Kubernetes are of one version', () => {
  const text = read('scripts/kubernetes/node/go.mod');
  const { kubernetes, go } = readVersions(text);
  expect([kubernetes, go]).toEqual([expect.stringMatching(/^1\.\d+\.\d+$/), expect.stringMatching(/^1\.\d+\.\d+$/)]);
  const parts = [...text.matchAll(/^\tk8s\.io\/\S+ => k8s\.io\/\S+ v0\.(\S+)$/gm)].map(([, version]) => `1.${version}`);
  expect(parts.length).toBeGreaterThan(20);
  expect([...new Set(parts)]).toEqual([kubernetes]);
  expect(linkerFlags('1.34.4')).toContain('-X k8s.io/component-base/version.gitVersion=v1.34.4');
  expect(() => readVersions('module x\n')).toThrow(/go\.mod/);
});

test.each([
  ['go version go1.26.8 linux/amd64', true],
  // It fetches the one that go.mod names.
  ['go version go1.21.0 linux/arm64', true],
  ['go version go1.19.8 linux/amd64', false],
  ['', false],
])('%j compiles the node: %s', (said, compiles) => {
  expect(compilesWith(said, '1.24.0')).toBe(compiles);
});

test('the parts of a node are told of one folder, and each asks the API as itself', () => {
  const files = configurationFiles({ folder: '/node', pauseImage: 'localhost/pause:1', cgroup: '/offheap-node-7' });
  const tokens = files['pki/tokens.csv']
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  expect(new Set(tokens.map(([secret]) => secret)).size).toBe(4);
  expect(tokens.map(([, name]) => name)).toEqual([
    'admin',
    'system:node:node1',
    'system:kube-controller-manager',
    'system:kube-scheduler',
  ]);
  expect(JSON.parse(files['clients/kubelet']).users[0].user.token).toBe(tokens[1][0]);
  expect(JSON.parse(files['kubelet.yaml'])).toMatchObject({ cgroupRoot: '/offheap-node-7', failCgroupV1: false });
  const known = new Set(Object.keys(files));
  const named = Object.values(commandLines('/node'))
    .flat()
    .flatMap((arg) => arg.match(/\/node\/\S+/g) ?? []);
  const written = named
    .map((path) => path.slice('/node/'.length))
    .filter((path) => /^(clients\/|kubelet\.yaml|containerd\.toml|pki\/tokens)/.test(path));
  expect(written.length).toBeGreaterThan(8);
  expect(written.filter((path) => !known.has(path))).toEqual([]);
});

test('a pod has one container, its limit and its user', () => {
  const { spec } = podOf('orders', {
    image: 'orders:1',
    securityContext: { runAsUser: 7 },
    args: [11, 13],
    limit: '200Mi',
    hasTmp: true,
  });
  expect(spec.containers).toMatchObject([
    { name: 'app', args: ['-Xmx64m', '-cp', '/app', 'Service', '11', '13'], resources: { limits: { memory: '200Mi' } } },
  ]);
  expect([spec.containers[0].volumeMounts[0].name, spec.containers[0].securityContext.runAsUser]).toEqual([
    spec.volumes[0].name,
    7,
  ]);
});

test('what is waited for is looked at until it is there, and has a bound', async () => {
  let looks = 0;
  await expect(waitFor('it', () => ++looks === 3 && 'here')).resolves.toBe('here');
  expect(looks).toBe(3);
  const failing = () => {
    throw new Error('not yet');
  };
  await expect(waitFor('it', failing, 5)).rejects.toThrow('it did not come within 0.005 s: not yet');
});
