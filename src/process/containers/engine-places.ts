import { join } from 'node:path';

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
