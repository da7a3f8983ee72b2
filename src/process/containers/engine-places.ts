import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseContainerPlace } from '../../parse/container.ts';
import { readProcSync } from '../proc-file.ts';

/** Where engines keep what they know of their containers, as offheap sees it. */
export interface EnginePlaces {
  /** Of Docker's API, which Podman has too. */
  sockets: string[];
  /** Folders that have a folder of each container, with its bundle's `config.json` at `inner`. */
  bundles: { folder: string; inner: string }[];
  /** Docker's, with a folder of each container. */
  dockerFolders: string[];
  /** Lists that Podman and CRI-O keep. */
  storageLists: string[];
  /** The kubelet's links to the logs of containers, and its folders of the logs of pods. */
  logLinks: string;
  podLogs: string;
}

const runtimes = ['/run/containerd', '/run/k3s/containerd', '/var/snap/microk8s/common/run/containerd'];
const spaces = ['k8s.io', 'default', 'moby'];
const storages = ['/run/containers/storage', '/var/lib/containers/storage'];

/** Where they are unless they were told otherwise. `DOCKER_HOST` and `CONTAINER_HOST` name other sockets, as for the engines' own clients. */
export function usualPlaces(environment: NodeJS.ProcessEnv = process.env): EnginePlaces {
  const { XDG_RUNTIME_DIR: runtime, HOME: home } = environment;
  const told = [environment['DOCKER_HOST'], environment['CONTAINER_HOST']].flatMap((host) =>
    host?.startsWith('unix://') ? [host.slice('unix://'.length)] : [],
  );
  const ofUser = runtime === undefined ? [] : [join(runtime, 'docker.sock'), join(runtime, 'podman/podman.sock')];
  const userStorage = home === undefined ? [] : [join(home, '.local/share/containers/storage')];
  return {
    sockets: [...new Set([...told, '/var/run/docker.sock', '/run/podman/podman.sock', ...ofUser])],
    bundles: [
      ...runtimes.flatMap((folder) =>
        spaces.map((space) => ({ folder: join(folder, 'io.containerd.runtime.v2.task', space), inner: 'config.json' })),
      ),
      ...storages.map((folder) => ({ folder: join(folder, 'overlay-containers'), inner: 'userdata/config.json' })),
    ],
    dockerFolders: ['/var/lib/docker/containers'],
    storageLists: [...storages.slice(1), ...userStorage].map((folder) => join(folder, 'overlay-containers/containers.json')),
    logLinks: '/var/log/containers',
    podLogs: '/var/log/pods',
  };
}

const firstProcessRoot = '/proc/1/root';

/**
 * Where they are of the host, for who sees its processes from a container (`hostPID: true`, `docker run --pid=host`) and may look into the first one's root, as with SYS_PTRACE.
 * Undefined on the host itself, and where process 1 is of a container: what that has at these places it may have made up. Sockets are those of this container.
 */
export function hostPlaces(): EnginePlaces | undefined {
  if (!isFirstProcessElsewhere()) return undefined;
  const there = (path: string) => join(firstProcessRoot, path);
  const { HOME: _, ...environment } = process.env;
  const { sockets, bundles, dockerFolders, storageLists, logLinks, podLogs } = usualPlaces(environment);
  return {
    sockets,
    bundles: bundles.map(({ folder, inner }) => ({ folder: there(folder), inner })),
    dockerFolders: dockerFolders.map(there),
    storageLists: storageLists.map(there),
    logLinks: there(logLinks),
    podLogs: there(podLogs),
  };
}

function isFirstProcessElsewhere(): boolean {
  try {
    const isOther = readlinkSync('/proc/1/ns/mnt') !== readlinkSync('/proc/self/ns/mnt');
    const { containerId, podUid } = parseContainerPlace(readProcSync(1, 'cgroup'));
    return isOther && containerId === undefined && podUid === undefined;
  } catch {
    return false;
  }
}
