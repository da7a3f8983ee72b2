import { expect, test } from 'vitest';
import { parseContainerPlace } from '../../../src/parse/container.ts';

const id = '8f2a1d0c9be34756a1f0e2d3c4b5a6978f2a1d0c9be34756a1f0e2d3c4b5a697';
const outer = id.replaceAll('8', '7');
const uid = '2f7e8c3a-91d4-4b7e-8a55-0c1d2e3f4a5b';
const slice = uid.replaceAll('-', '_');
const hash = '0123456789abcdef0123456789abcdef';

const containerOnly = { containerId: id };
const both = { containerId: id, podUid: uid };

test.each([
  ['Docker, v1', `12:memory:/docker/${id}\n1:name=systemd:/docker/${id}\n0::/\n`, containerOnly],
  ['Docker, v2, systemd', `0::/system.slice/docker-${id}.scope\n`, containerOnly],
  ['Docker, v2, cgroupfs', `0::/docker/${id}\n`, containerOnly],
  ['Docker in Docker', `5:memory:/docker/${outer}/docker/${id}\n`, containerOnly],
  ['cri-dockerd', `0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${slice}.slice/docker-${id}.scope\n`, both],
  [
    'containerd, v1, cgroupfs',
    `11:memory:/kubepods/burstable/pod${uid}/${id}\n10:pids:/kubepods/burstable/pod${uid}/${id}\n`,
    both,
  ],
  ['containerd, guaranteed pod', `11:memory:/kubepods/pod${uid}/${id}\n`, both],
  [
    'containerd, v2, systemd',
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${slice}.slice/cri-containerd-${id}.scope\n`,
    both,
  ],
  ['containerd, guaranteed, systemd', `0::/kubepods.slice/kubepods-pod${slice}.slice/cri-containerd-${id}.scope\n`, both],
  [
    'containerd with the other driver’s path',
    `9:memory:/system.slice/containerd.service/kubepods-burstable-pod${slice}.slice:cri-containerd:${id}\n`,
    both,
  ],
  ['CRI-O, v2', `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${slice}.slice/crio-${id}.scope\n`, both],
  [
    'CRI-O with a group of its own inside',
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${slice}.slice/crio-${id}.scope/container\n`,
    both,
  ],
  ['CRI-O, v1', `3:memory:/kubepods/besteffort/pod${uid}/crio-${id}\n`, both],
  [
    'CRI-O’s monitor is of the pod, not of the container',
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${slice}.slice/crio-conmon-${id}.scope\n`,
    { podUid: uid },
  ],
  [
    'kind: a node that is a container',
    `0::/docker/${outer}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${slice}.slice/cri-containerd-${id}.scope\n`,
    both,
  ],
  [
    'a static pod',
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${hash}.slice/cri-containerd-${id}.scope\n`,
    { containerId: id, podUid: hash },
  ],
  ['Podman', `0::/machine.slice/libpod-${id}.scope/container\n`, containerOnly],
  ['seen from another cgroup namespace', `0::/../../kubepods-burstable-pod${slice}.slice/cri-containerd-${id}.scope\n`, both],
  ['a service', '0::/system.slice/prometheus.service\n', {}],
  ['a desktop', '0::/user.slice/user-1000.slice/session-2.scope\n', {}],
  ['the root of a namespace', '0::/\n', {}],
  ['a group that is merely called like a pod', '0::/podinfo/pod-of-ours\n', {}],
  ['a shorter id', `0::/docker/${id.slice(1)}\n`, {}],
  ['no text, of a process that has gone', '', {}],
])('%s', (_, text, place) => {
  expect(parseContainerPlace(text)).toEqual(place);
});
