// What the parts of the node are told. JSON where YAML is asked for: each text of JSON is one of YAML.
import { randomBytes } from 'node:crypto';

export const address = '10.99.0.1';
export const nodeName = 'node1';
const services = '10.97.0.0/24';
const pods = '10.98.0.0/24';
const etcd = 'http://127.0.0.1:2379';

/** Who may ask the API: a secret, a name and a group each. */
const users = {
  admin: { name: 'admin', group: 'system:masters' },
  kubelet: { name: `system:node:${nodeName}`, group: 'system:nodes' },
  controllers: { name: 'system:kube-controller-manager' },
  scheduler: { name: 'system:kube-scheduler' },
};

/** Files below the node's folder: path → text. */
export function configurationFiles({ folder, pauseImage, cgroup }) {
  const secrets = Object.fromEntries(Object.keys(users).map((user) => [user, randomBytes(16).toString('hex')]));
  const tokens = Object.entries(users).map(
    ([user, { name, group }]) => `${secrets[user]},${name},${user}${group ? `,"${group}"` : ''}`,
  );
  const clients = Object.keys(users).map((user) => [`clients/${user}`, json(clientOf(folder, secrets[user]))]);
  return {
    'pki/tokens.csv': `${tokens.join('\n')}\n`,
    ...Object.fromEntries(clients),
    'cni/10-pods.conflist': json(network(folder)),
    'containerd.toml': containerd(folder, pauseImage),
    'kubelet.yaml': json(kubelet(folder, cgroup)),
  };
}

/** Each with its arguments, in the order in which they are started. */
export function commandLines(folder) {
  const client = (user) => clientFile(folder, user);
  return {
    containerd: ['--config', `${folder}/containerd.toml`],
    etcd: [
      ...['--data-dir', `${folder}/etcd`, '--listen-client-urls', etcd, '--advertise-client-urls', etcd],
      ...['--listen-peer-urls', 'http://127.0.0.1:2380', '--unsafe-no-fsync'],
    ],
    'kube-apiserver': [
      ...[`--etcd-servers=${etcd}`, '--bind-address=0.0.0.0', `--advertise-address=${address}`, '--secure-port=6443'],
      ...[`--cert-dir=${folder}/pki`, `--service-cluster-ip-range=${services}`, `--token-auth-file=${folder}/pki/tokens.csv`],
      ...['--authorization-mode=Node,RBAC', '--enable-admission-plugins=NodeRestriction', '--allow-privileged=true'],
      ...['--service-account-issuer=https://kubernetes.default.svc', `--service-account-key-file=${folder}/pki/accounts.pub`],
      ...[`--service-account-signing-key-file=${folder}/pki/accounts.key`, '--kubelet-preferred-address-types=InternalIP'],
    ],
    'kube-controller-manager': [
      ...['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map(
        (name) => `--${name}=${client('controllers')}`,
      ),
      ...[`--service-account-private-key-file=${folder}/pki/accounts.key`, `--root-ca-file=${folder}/pki/apiserver.crt`],
      ...['--use-service-account-credentials=true', '--leader-elect=false', `--cert-dir=${folder}/pki/controllers`],
      `--flex-volume-plugin-dir=${folder}/plugins`,
    ],
    'kube-scheduler': [
      ...['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map((name) => `--${name}=${client('scheduler')}`),
      ...['--leader-elect=false', `--cert-dir=${folder}/pki/scheduler`],
    ],
    kubelet: [
      ...[`--config=${folder}/kubelet.yaml`, `--kubeconfig=${client('kubelet')}`],
      ...[`--hostname-override=${nodeName}`, `--node-ip=${address}`],
    ],
  };
}

export const clientFile = (folder, user) => `${folder}/clients/${user}`;
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

function clientOf(folder, token) {
  const cluster = { server: `https://${address}:6443`, 'certificate-authority': `${folder}/pki/apiserver.crt` };
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'user', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'user' } }],
    'current-context': 'test',
  };
}

function network(folder) {
  const ipam = { type: 'host-local', dataDir: `${folder}/addresses`, ranges: [[{ subnet: pods }]], routes: [{ dst: '0.0.0.0/0' }] };
  return {
    cniVersion: '0.4.0',
    name: 'pods',
    plugins: [{ type: 'bridge', bridge: 'pods0', isGateway: true, ipMasq: false, ipam }],
  };
}

function containerd(folder, pauseImage) {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "${folder}/containerd"
state = "/run/containerd"
[grpc]
address = "/run/containerd/containerd.sock"
[${cri}]
sandbox_image = "${pauseImage}"
# Without CAP_SYS_RESOURCE nobody may make a process less likely to be killed than its parent.
restrict_oom_score_adj = true
[${cri}.cni]
bin_dir = "/usr/lib/cni"
conf_dir = "${folder}/cni"
[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[${cri}.containerd.runtimes.runc.options]
SystemdCgroup = false
`;
}

function kubelet(folder, cgroup) {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    address,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    cgroupDriver: 'cgroupfs',
    cgroupRoot: cgroup,
    failCgroupV1: false,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    resolvConf: '',
    volumePluginDir: `${folder}/plugins`,
    // What the machine has free is not the test's matter, as long as there is some.
    evictionHard: { 'nodefs.available': '1%', 'imagefs.available': '1%', 'nodefs.inodesFree': '1%', 'memory.available': '100Mi' },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
  };
}
