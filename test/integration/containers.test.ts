import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { containersOf } from '../../src/observe/contained.ts';
import { nameContainers } from '../../src/process/containers/container-names.ts';
import { type EnginePlaces, usualPlaces } from '../../src/process/containers/engine-places.ts';
import { offheap } from '../cli/offheap.ts';
import { canMount, cannotMount, inMountNamespace } from '../fixtures/namespace.ts';
import { isRoot, skipUnless } from '../skip.ts';
import { type BurstJvm, compileBurst, startBurst } from './burst-jvm.ts';

const id = 'c0ffee'.padEnd(64, '1');
const another = 'c0ffee'.padEnd(64, '2');
const uid = '2f7e8c3a-91d4-4b7e-8a55-0c1d2e3f4a5b';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-containers-'));
});
afterAll(() => rm(folder, { recursive: true }));

const nowhere: EnginePlaces = {
  sockets: [],
  bundles: [],
  dockerFolders: [],
  storageLists: [],
  logLinks: '/nonexistent',
  podLogs: '/nonexistent',
};
let servers = 0;

/** Something that listens where an engine would. Returns the path of its socket. */
async function listen(answer: RequestListener): Promise<string> {
  const path = join(folder, `engine-${servers++}.sock`);
  const server = createServer(answer).listen(path);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return path;
}

async function write(path: string, value: unknown): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(value));
  return file;
}

const namesOf = async (places: Partial<EnginePlaces>, ids = [id]) => {
  const { containers, pods } = await nameContainers(ids, { ...nowhere, ...places });
  return { containers: Object.fromEntries(containers), pods: Object.fromEntries(pods) };
};

describe('names of containers', () => {
  test('by the API of an engine, which is asked for its list and nothing else', async () => {
    const asked: (string | undefined)[] = [];
    const socket = await listen(({ method, url }, response) => {
      asked.push(`${method} ${url}`);
      response.end(JSON.stringify([{ Id: id, Names: ['/web'] }]));
    });
    expect((await namesOf({ sockets: [join(folder, 'nobody.sock'), socket] })).containers).toEqual({ [id]: { name: 'web' } });
    expect(asked).toEqual(['GET /containers/json']);
  });

  test.each<[string, RequestListener]>([
    ['has no end', (_, response) => void setInterval(() => response.write('['.repeat(1 << 20)), 1).unref()],
    ['does not come', () => {}],
    ['is none', (_, response) => response.writeHead(403).end('no')],
  ])('an answer that %s tells none', async (_, answer) => {
    expect((await namesOf({ sockets: [await listen(answer)] })).containers).toEqual({});
  });

  test('by files, and then no engine is asked', async () => {
    let questions = 0;
    const socket = await listen((_, response) => {
      questions++;
      response.end('[]');
    });
    const docker = dirname(dirname(await write(`docker/${id}/config.v2.json`, { ID: id, Name: '/web' })));
    expect((await namesOf({ sockets: [socket], dockerFolders: [docker] })).containers).toEqual({ [id]: { name: 'web' } });
    expect(questions).toBe(0);
    const list = await write('storage/containers.json', [{ id: another, names: ['db'] }]);
    expect((await namesOf({ storageLists: [list] }, [another])).containers).toEqual({ [another]: { name: 'db' } });
  });

  test('of a pod: the bundle of its container, the kubelet’s links and folders', async () => {
    const annotations = { 'io.kubernetes.cri.container-name': 'app', 'io.kubernetes.cri.sandbox-name': 'web' };
    const bundle = dirname(dirname(await write(`bundles/${id}/config.json`, { annotations })));
    await mkdir(join(folder, 'logs'));
    await symlink('/nonexistent', join(folder, 'logs', `web_shop_app-${another}.log`));
    await mkdir(join(folder, 'pods', `shop_web_${uid}`), { recursive: true });
    const places = {
      bundles: [{ folder: bundle, inner: 'config.json' }],
      logLinks: join(folder, 'logs'),
      podLogs: join(folder, 'pods'),
    };
    expect(await namesOf(places, [id, another])).toEqual({
      containers: { [id]: { name: 'app', pod: 'web' }, [another]: { name: 'app', pod: 'web', namespace: 'shop' } },
      pods: { [uid]: { pod: 'web', namespace: 'shop' } },
    });
  });

  test('where no container is, nobody is asked', async () => {
    const socket = await listen(() => expect.unreachable());
    expect(await namesOf({ sockets: [socket] }, [])).toEqual({ containers: {}, pods: {} });
  });

  test('sockets that the engines’ own clients are told of come first', () => {
    const { sockets } = usualPlaces({ DOCKER_HOST: 'unix:///x/docker.sock', XDG_RUNTIME_DIR: '/run/user/7' });
    expect(sockets).toEqual([
      '/x/docker.sock',
      '/var/run/docker.sock',
      '/run/podman/podman.sock',
      '/run/user/7/docker.sock',
      '/run/user/7/podman/podman.sock',
    ]);
    expect(usualPlaces({ DOCKER_HOST: 'tcp://10.0.0.7:2375' }).sockets[0]).toBe('/var/run/docker.sock');
  });
});

const hierarchy = existsSync('/sys/fs/cgroup/memory') ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup';
const top = join(hierarchy, `offheap-containers-${process.pid}`);

function makeGroups(): boolean {
  try {
    for (const group of ['', id, `pod${uid}`, `pod${uid}/${another}`]) mkdirSync(join(top, group));
    return existsSync(join(top, id, 'cgroup.procs'));
  } catch {
    return false;
  }
}

describe('JVMs in groups of containers', () => {
  const possible = skipUnless(makeGroups(), 'this user may not make cgroups');
  let web: BurstJvm;
  let inPod: BurstJvm;

  beforeAll(async () => {
    if (!possible) return;
    await compileBurst(folder);
    web = await startBurst(folder, { procsFile: join(top, id, 'cgroup.procs') });
    inPod = await startBurst(folder, { procsFile: join(top, `pod${uid}`, another, 'cgroup.procs') });
  });
  afterAll(async () => {
    if (!possible) return;
    await Promise.all([web.end(), inPod.end()]);
    for (const group of [id, `pod${uid}/${another}`, `pod${uid}`, '']) rmdirSync(join(top, group));
  });

  const engine = async () => {
    const socket = await listen((_, response) => response.end(JSON.stringify([{ Id: id, Names: ['/web'] }])));
    return { DOCKER_HOST: `unix://${socket}`, XDG_RUNTIME_DIR: folder };
  };
  const doctor = async (args: string[]) => offheap(['doctor', '--quiet', ...args], await engine());
  const pidOf = async (args: string[]) => JSON.parse((await doctor([...args, '--format=json'])).stdout).evidence.pid;

  test('are found by name and by the beginning of an id', async () => {
    expect(await pidOf(['--container=web'])).toBe(web.pid);
    expect(await pidOf([`--container=${id.slice(0, 12)}`])).toBe(web.pid);
    expect(await pidOf([`--pod=${uid.slice(0, 8)}`])).toBe(inPod.pid);
    expect(await pidOf([`--pod=${uid}`, `--container=${another}`])).toBe(inPod.pid);
  });

  test('several of them, and none: what to run', async () => {
    const { status, stderr } = await doctor(['--container=c0ffee']);
    expect(status).toBe(2);
    expect(stderr).toBe(
      `offheap: Expected one JVM in a container "c0ffee", found 2. Look at one of them:\n${[
        `  offheap doctor ${web.pid}   # web: Burst`,
        `  offheap doctor ${inPod.pid}   # ${another.slice(0, 12)}: Burst`,
      ]
        .sort((a, b) => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b)))
        .join('\n')}\n`,
    );
    const none = await doctor(['--container=db']);
    expect(none.status).toBe(1);
    expect(none.stderr).toMatch(/^offheap: Expected a process in a container "db", found none\. The containers here with a JVM:\n/);
    expect(none.stderr).toContain(`\n  offheap doctor ${web.pid}   # web: Burst`);
  });

  test('by every command that looks at one process', async () => {
    const env = await engine();
    const histo = await offheap(['histo', '--container=web', '--format=json'], env);
    expect(JSON.parse(histo.stdout)).toMatchObject({ pid: web.pid });
    const owners = await offheap(['owners', `--pod=${uid}`, '--format=json', '--quiet'], env);
    expect(JSON.parse(owners.stdout)).toMatchObject({ pid: inPod.pid });
    const trim = await offheap(['trim', '--container=web', `--timeout=60s`, '--format=json', '--quiet'], env);
    expect(JSON.parse(trim.stdout)).toMatchObject({ processes: [{ pid: web.pid }], refused: [] });
    const [first = ''] = (await offheap(['watch', '--container=web', '--for=1ms', '--format=json'], env)).stdout.split('\n');
    expect(JSON.parse(first)).toMatchObject({ pid: web.pid });
    const several = await offheap(['histo', '--container=c0ffee'], env);
    expect(several.stderr).toContain(`\n  offheap histo ${web.pid}   # web: Burst`);
  });

  test('in the list of those in pods, which names their containers', async () => {
    const { processes } = JSON.parse((await doctor(['--pod', '--format=json'])).stdout);
    const [own, ...others] = processes.filter(({ pid }: { pid: number }) => pid === inPod.pid || pid === web.pid);
    expect(own).toMatchObject({ pid: inPod.pid, container: { id: another, podUid: uid } });
    expect(others).toEqual([]);
    expect((await doctor(['--pod'])).stdout).toContain(` ${another.slice(0, 12)} `);
  });

  test('with their places, those of the host left out', async () => {
    const { containers, isElsewhere } = await containersOf([process.pid, web.pid, inPod.pid]);
    expect(isElsewhere).toBe(true);
    expect([...containers]).toEqual(
      expect.arrayContaining([
        [web.pid, expect.objectContaining({ id })],
        [inPod.pid, { id: another, podUid: uid }],
      ]),
    );
  });
});

/** The first process has notes of the kubelet. A second one, in mounts of its own, has none, and is started there. */
const besideAKubelet = `
mount -t tmpfs tmpfs /var/log
mkdir -p /var/log/containers "/var/log/pods/shop_web_$1"
ln -s /nonexistent "/var/log/containers/web_shop_app-$2.log"
shift 2
unshare --mount sh -euc 'umount /var/log; exec "$@"' sh "$@"
`;

describe('in a container that sees the processes of its host', () => {
  skipUnless(canMount && isRoot, cannotMount);

  const program = `
    const { hostPlaces } = await import('${new URL('../../dist/process/containers/engine-places.js', import.meta.url)}');
    const { nameContainers } = await import('${new URL('../../dist/process/containers/container-names.js', import.meta.url)}');
    const { containers, pods } = await nameContainers(['${another}']);
    console.log(JSON.stringify({ place: hostPlaces()?.podLogs, containers: [...containers], pods: [...pods] }));
  `;
  const run = (script: string) => {
    const args = [uid, another, process.execPath, '--input-type=module', '--eval', program];
    const [command, all] = inMountNamespace(script, args, ['--pid', '--fork', '--kill-child', '--mount-proc']);
    const { stdout, stderr } = spawnSync(command, all, { encoding: 'utf8', timeout: 60_000 });
    return stdout ? JSON.parse(stdout) : stderr;
  };

  test('names are those that its kubelet has noted, through the root of the first process', () => {
    expect(run(besideAKubelet)).toEqual({
      place: '/proc/1/root/var/log/pods',
      containers: [[another, { name: 'app', pod: 'web', namespace: 'shop' }]],
      pods: [[uid, { pod: 'web', namespace: 'shop' }]],
    });
  });

  test('nothing is read so where the first process has the same mounts', () => {
    expect(run(besideAKubelet.replace(/unshare --mount .*/, '"$@"'))).toEqual({
      containers: [[another, { name: 'app', pod: 'web', namespace: 'shop' }]],
      pods: [[uid, { pod: 'web', namespace: 'shop' }]],
    });
  });

  test('nor where the first process is of a container, which may have made them up', (context) => {
    const group = join(hierarchy, `offheap-names-${process.pid}`, id);
    const made = spawnSync('mkdir', ['--parents', group]).status === 0;
    context.skip(!made, 'this user may not make cgroups');
    onTestFinished(() => {
      for (const path of [group, dirname(group)]) rmdirSync(path);
    });
    const inGroup = `echo $$ >"${group}/cgroup.procs"\n${besideAKubelet}`;
    expect(run(inGroup)).toEqual({ containers: [], pods: [] });
  });
});
