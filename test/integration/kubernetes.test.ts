import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { exportCommand } from '../../src/commands/export.ts';
import { addCommand } from '../../src/commands/help/definition.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tool = (name: string) => join(root, 'build', 'python', 'bin', name);
const versions = ['1.28', '1.37'];
const folder = mkdtempSync(join(tmpdir(), 'offheap-kubernetes-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: its shape is what the schema checks
  spec: any;
}

function build(overlay: string): string {
  const { status, stdout, stderr } = spawnSync(tool('kubectl'), ['kustomize', join(root, 'deploy', 'kubernetes', overlay)], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

function validate(text: string, version: string) {
  const file = join(folder, 'manifest.yaml');
  writeFileSync(file, text);
  const { status, stdout, stderr } = spawnSync(tool('python3'), ['-m', 'kubernetes_validate', '--strict', '-k', version, file], {
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

const parse = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as Manifest);
const kinds = (manifests: readonly Manifest[]) => manifests.map(({ kind }) => kind).sort();
const find = (manifests: readonly Manifest[], kind: string) => manifests.find((manifest) => manifest.kind === kind)?.spec;

describe('deploy/kubernetes', () => {
  const overlays = [
    ...['base', 'overlays/any-user', 'overlays/any-user-attach'],
    ...['examples/metered-orders', 'examples/kept-looks', 'examples/owners', 'examples/tend'],
  ];
  test.each(overlays)('%s: every property is known to Kubernetes, and of its type', (overlay) => {
    const text = build(overlay);
    for (const version of versions) expect(validate(text, version)).toMatchObject({ status: 0 });
  });

  test('the check refuses a property that is misspelt, and one of another type', () => {
    const text = build('base');
    expect(validate(text.replace('hostPID:', 'hostPid:'), '1.37')).toMatchObject({ status: 1, output: /hostPid/ });
    expect(validate(text.replace('containerPort: 9967', 'containerPort: "9967"'), '1.37')).toMatchObject({ status: 1 });
  });

  test.each([
    ['base', ['SYS_PTRACE']],
    ['overlays/any-user', ['SYS_PTRACE', 'DAC_READ_SEARCH']],
    ['overlays/any-user-attach', ['SYS_PTRACE', 'DAC_OVERRIDE', 'KILL', 'CHOWN']],
  ])('%s: an exporter with no capabilities but %j, that can write nothing and call nobody', (overlay, capabilities) => {
    const manifests = parse(build(overlay));
    expect(kinds(manifests)).toEqual(['DaemonSet', 'Namespace', 'NetworkPolicy', 'ServiceAccount']);
    const pod = find(manifests, 'DaemonSet').template.spec;
    expect(pod).toMatchObject({ hostPID: true, automountServiceAccountToken: false });
    expect(pod.hostNetwork).toBeUndefined();
    expect(pod.containers).toHaveLength(1);
    expect(pod.containers[0].securityContext).toMatchObject({
      capabilities: { drop: ['ALL'], add: capabilities },
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
    });
    const policy = find(manifests, 'NetworkPolicy');
    expect(policy).toMatchObject({ policyTypes: ['Ingress', 'Egress'], egress: [] });
    expect(policy.podSelector.matchLabels).toEqual(find(manifests, 'DaemonSet').template.metadata.labels);
  });

  test('its arguments are options of offheap export, and its probes ask where it listens', () => {
    const [container] = find(parse(build('base')), 'DaemonSet').template.spec.containers;
    const [name, ...args] = container.args as string[];
    const program = new Command();
    addCommand(program, exportCommand);
    const command = program.commands.find((each) => each.name() === name);
    expect(command?.parseOptions(args).unknown).toEqual([]);
    expect(command?.opts()).toMatchObject({ host: '0.0.0.0', port: String(container.ports[0].containerPort) });
    expect([container.readinessProbe, container.livenessProbe].map(({ httpGet }) => httpGet.port)).toEqual([
      container.ports[0].name,
      container.ports[0].name,
    ]);
  });

  test('kept looks are the only thing that an exporter can write, and stay on the node', () => {
    const pod = find(parse(build('examples/kept-looks')), 'DaemonSet').template.spec;
    const [container] = pod.containers;
    expect(container.args.at(-1)).toBe(`--keep-looks=${container.volumeMounts[0].mountPath}`);
    expect(container.volumeMounts).toHaveLength(1);
    expect(pod.volumes).toEqual([
      { name: container.volumeMounts[0].name, hostPath: { path: '/var/lib/offheap/looks', type: 'DirectoryOrCreate' } },
    ]);
    expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: true });
  });

  test('looks at owners are an option, and the memory for them', () => {
    const [container] = find(parse(build('examples/owners')), 'DaemonSet').template.spec.containers;
    expect(container.args.at(-1)).toBe('--owners=10m');
    expect(container.resources.limits).toEqual({ memory: '512Mi' });
  });

  test('where JVMs are to give memory back, none is told to until --dry-run is taken out', () => {
    const [container] = find(parse(build('examples/tend')), 'DaemonSet').template.spec.containers;
    expect(container.args.slice(-2)).toEqual(['--tend', '--dry-run']);
    expect(container.securityContext.capabilities.add).toEqual(['SYS_PTRACE', 'DAC_OVERRIDE', 'KILL', 'CHOWN']);
    const program = new Command();
    addCommand(program, exportCommand);
    expect(program.commands[0]?.parseOptions(container.args.slice(1)).unknown).toEqual([]);
  });

  test('the meter comes into a pod by a volume and its environment alone', () => {
    const [deployment] = parse(build('examples/metered-orders'));
    const pod = deployment?.spec.template.spec;
    const [app] = pod.containers;
    const environment = Object.fromEntries((app.env as { name: string; value: string }[]).map(({ name, value }) => [name, value]));
    expect(app).toMatchObject({ name: 'app', image: 'orders:1' });
    expect(environment).toEqual({ JAVA_TOOL_OPTIONS: '-XX:MaxRAMPercentage=50', LD_PRELOAD: '/offheap/glibc/libmeter.so' });
    const [copy] = pod.initContainers;
    expect(copy.command).toEqual(['offheap', 'libs', '--copy-to=/offheap', '--libc=glibc']);
    expect(copy.volumeMounts[0].mountPath).toBe(app.volumeMounts[0].mountPath);
    expect(pod.volumes.map((volume: { name: string }) => volume.name)).toEqual([app.volumeMounts[0].name]);
  });
});
