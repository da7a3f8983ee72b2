import { matchLines } from './lines.ts';

/** Where a process runs, as far as the paths of its cgroups tell. A part is absent when they do not. */
export interface ContainerPlace {
  /** 64 hexadecimal digits, as `crictl ps --no-trunc` and `docker ps --no-trunc` print them. */
  containerId?: string;
  /** With dashes, as in `kubectl get pod -o jsonpath={.metadata.uid}`. A static pod's is the hash of its file, 32 digits without. */
  podUid?: string;
}

/**
 * The last part of a path that ends in a container's id: `docker-ID.scope`, `cri-containerd-ID.scope`, `crio-ID.scope`, `libpod-ID.scope`, `ID`,
 * or, where containerd was told of the other cgroup driver, `kubepods-pod….slice:cri-containerd:ID`. CRI-O's `crio-conmon-ID` is the
 * container's monitor, which is outside of it.
 */
const container = /(?:^|[:-])([\da-f]{64})(?:\.scope)?$/;
const monitor = /conmon-/;
/** `pod2f7…` under `kubepods`, or `kubepods-burstable-pod2f7_….slice`; systemd has `_` for `-`, which separates levels to it. */
const pod = /(?:^|-)pod([\da-f]{8}(?:[-_]?[\da-f]{4}){3}[-_]?[\da-f]{12})(?:\.slice|:|$)/;

/**
 * The text of /proc/PID/cgroup, v1 or v2, of Docker, containerd, CRI-O and Podman, by either cgroup driver. Where containers nest, as in kind, the
 * innermost counts; in v1 the controllers agree, and the first that tells is believed.
 */
export function parseContainerPlace(text: string): ContainerPlace {
  for (const [, path = ''] of matchLines(text, /^\d+:[^:]*:(.*)$/)) {
    const place = placeOf(path.split('/'));
    if (place.containerId !== undefined || place.podUid !== undefined) return place;
  }
  return {};
}

function placeOf(parts: readonly string[]): ContainerPlace {
  const containerId = lastMatch(parts, (part) => (monitor.test(part) ? undefined : container.exec(part)?.[1]));
  const podUid = lastMatch(parts, (part) => pod.exec(part)?.[1]);
  return {
    ...(containerId === undefined ? {} : { containerId }),
    ...(podUid === undefined ? {} : { podUid: podUid.replaceAll('_', '-') }),
  };
}

function lastMatch(parts: readonly string[], match: (part: string) => string | undefined): string | undefined {
  return parts.map(match).findLast((found) => found !== undefined);
}
