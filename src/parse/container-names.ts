import { printableName } from '../model/printable.ts';

/** How people know a container. A part is absent where nobody tells. */
export interface ContainerNames {
  /** Within its pod, or of its engine. */
  name?: string;
  /** Of the pod. */
  pod?: string;
  namespace?: string;
}

/** Container → its names. */
export type NamedContainers = [id: string, names: ContainerNames][];

/** `GET /containers/json` of Docker's API, which Podman has too (docker: api/swagger.yaml, ContainerSummary). Empty of any other text. */
export function parseEngineList(text: string): NamedContainers {
  return recordsOf(parseJson(text)).flatMap((entry) => {
    const [name] = textsOf(entry['Names']);
    return named(entry['Id'], { ...ofKubernetes(recordOf(entry['Labels'])), ...ofEngine(name) });
  });
}

/** `config.v2.json` of Docker's folder of a container (moby: daemon/container/container.go). */
export function parseDockerConfig(text: string): NamedContainers {
  const { ID: id, Name: name, Config: config } = recordOf(parseJson(text));
  return named(id, { ...ofKubernetes(recordOf(recordOf(config)['Labels'])), ...ofEngine(textOf(name)) });
}

/** `containers.json` of the storage that Podman and CRI-O share (containers/storage: container.go). CRI-O's names are Kubernetes's. */
export function parseStorageList(text: string): NamedContainers {
  return recordsOf(parseJson(text)).flatMap((entry) => {
    const [name] = textsOf(entry['names']);
    return named(entry['id'], ofEngine(name));
  });
}

/** `config.json` of a container's bundle: what its engine has noted for the runtime (containerd: pkg/cri/annotations; cri-o: internal/annotations). */
export function parseBundle(text: string): ContainerNames {
  return ofKubernetes(recordOf(recordOf(parseJson(text))['annotations']));
}

/** The kubelet's link to a container's log, `POD_NAMESPACE_CONTAINER-ID.log` (kubernetes: pkg/kubelet/kuberuntime/legacy.go). */
export function parseLogName(fileName: string): NamedContainers {
  const [, pod, namespace, name, id] = /^([^_]+)_([^_]+)_([^_]+)-([\da-f]{64})\.log$/.exec(fileName) ?? [];
  return named(id, withTexts({ name, pod, namespace }));
}

/** Its folder of a pod's logs, `NAMESPACE_POD_UID` (kubernetes: pkg/kubelet/kuberuntime/helpers.go, BuildPodLogsDirectory). */
export function parsePodFolder(folderName: string): [uid: string, names: ContainerNames] | undefined {
  const [, namespace, pod, uid] = /^([^_]+)_([^_]+)_([\da-f-]{32,36})$/.exec(folderName) ?? [];
  return uid === undefined ? undefined : [uid, withTexts({ pod, namespace })];
}

/** Of containerd with its CRI, of CRI-O, and what the kubelet tells each engine. */
const keys = {
  name: ['io.kubernetes.cri.container-name', 'io.kubernetes.container.name'],
  pod: ['io.kubernetes.cri.sandbox-name', 'io.kubernetes.pod.name'],
  namespace: ['io.kubernetes.cri.sandbox-namespace', 'io.kubernetes.pod.namespace'],
} as const;

function ofKubernetes(labels: Record<string, unknown>): ContainerNames {
  const first = (names: readonly string[]) => names.map((name) => textOf(labels[name])).find((text) => text !== undefined);
  return withTexts({ name: first(keys.name), pod: first(keys.pod), namespace: first(keys.namespace) });
}

/** Docker has a slash before each name. What the kubelet had it make is named `k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT`. */
function ofEngine(engineName: string | undefined): ContainerNames {
  const plain = engineName?.replace(/^\//, '');
  const [, name, pod, namespace] = /^k8s_([^_]+)_([^_]+)_([^_]+)_[^_]+_\d+$/.exec(plain ?? '') ?? [];
  return withTexts(name === undefined ? { name: plain } : { name, pod, namespace });
}

function named(id: unknown, names: ContainerNames): NamedContainers {
  return typeof id === 'string' && /^[\da-f]{64}$/.test(id) && Object.keys(names).length > 0 ? [[id, names]] : [];
}

function withTexts(names: { [Key in keyof ContainerNames]: string | undefined }): ContainerNames {
  const told = Object.entries(names).filter(([, text]) => text !== undefined && text !== '');
  return Object.fromEntries(told.map(([key, text]) => [key, printableName(text ?? '')]));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function recordsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((element) => typeof element === 'string') : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
