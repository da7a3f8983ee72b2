// One node of Kubernetes, with all that a cluster needs, in namespaces of its own. What it starts ends with it; what it writes is in one folder, and in cgroups of its name.
import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { say } from '../lib/run.mjs';
import { makeCgroups, removeCgroups } from './cgroups.mjs';
import { clientFile, commandLines, configurationFiles, nodeName } from './configuration.mjs';
import { waitFor } from './wait.mjs';

const firstProcess = fileURLToPath(new URL('node/first-process.sh', import.meta.url));
const socket = '/run/containerd/containerd.sock';
/** Of a command inside: what takes longer hangs. */
const commandTimeoutMs = 120_000;
/** Of each part of the node, on a machine that has other work. */
const startTimeoutMs = 180_000;

/** @throws Error with the end of the log of the part that did not come up */
export async function startNode({ program, images, pauseImage }) {
  const node = new Node(program);
  try {
    await node.start(images, pauseImage);
  } catch (error) {
    const logs = node.keepLogs();
    await node.end();
    throw new Error(`${error.message}. The logs of the node are in ${logs}`);
  }
  return node;
}

class Node {
  /** Of the first process, as this machine counts. */
  #pid;
  #unshare;
  #program;
  #parts = new Map();
  folder = mkdtempSync(join(tmpdir(), 'offheap-node-'));
  #cgroup = `offheap-node-${process.pid}`;
  #last = () => this.#killNow();

  constructor(program) {
    this.#program = program;
    process.on('exit', this.#last);
  }

  /** Of its first process, as this machine counts: `nsenter --target=PID --all` leads there. */
  get pid() {
    return this.#pid;
  }

  async start(images, pauseImage) {
    this.#write(pauseImage);
    makeCgroups(this.#cgroup);
    await this.#unshareNamespaces();
    const lines = commandLines(this.folder);
    this.#run('containerd', lines.containerd);
    this.#run('etcd', lines.etcd);
    this.#run('kube-apiserver', lines['kube-apiserver']);
    await this.#until('containerd', () => this.inside(['ctr', '--address', socket, 'version']).status === 0);
    for (const image of images) this.#take(image);
    await this.#until('kube-apiserver', () => this.try(['get', '--raw', '/readyz']).stdout === 'ok');
    for (const part of ['kube-controller-manager', 'kube-scheduler', 'kubelet']) this.#run(part, lines[part]);
    const ready = ['get', 'node', nodeName, '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'];
    await this.#until('kubelet', () => this.try(ready).stdout === 'True');
    // Pods of a namespace are refused until it has one.
    await this.#until('kube-controller-manager', () => this.try(['get', 'serviceaccount', 'default']).status === 0);
  }

  /** The result of a command in the node's namespaces, its output as text. */
  inside(command, options = {}) {
    return spawnSync('nsenter', this.#enter(command), {
      encoding: 'utf8',
      timeout: commandTimeoutMs,
      maxBuffer: 64 << 20,
      env: this.#environment(),
      ...options,
    });
  }

  /** The same, not waited for. */
  startInside(command, options) {
    return spawn('nsenter', this.#enter(command), { env: this.#environment(), ...options });
  }

  /** kubectl's result, whatever it is. */
  try(args, options) {
    return this.inside(['kubectl', ...args], options);
  }

  /** What kubectl prints. @throws Error with its message where it fails */
  kubectl(args, options) {
    const { status, stdout, stderr, error } = this.try(args, options);
    if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
    return stdout;
  }

  /** Ends all that was started, and removes what was written. @throws Error for what is left */
  async end() {
    process.off('exit', this.#last);
    this.#killNow();
    await this.#unshare?.gone;
    await removeCgroups(this.#cgroup);
    await waitFor('the end of the files of the node', () => {
      rmSync(this.folder, { recursive: true, force: true });
      return !existsSync(this.folder);
    });
    // Those of other programs come and go meanwhile.
    const left = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => [this.folder, this.#cgroup, dirname(socket)].some((place) => line.includes(place)));
    if (left.length > 0) throw new Error(`expected no mount of the node's to be left, found ${left.join('; ')}`);
  }

  /** Copies the logs to a place that stays, and returns it. */
  keepLogs() {
    const place = mkdtempSync(join(tmpdir(), 'offheap-node-logs-'));
    cpSync(join(this.folder, 'logs'), place, { recursive: true });
    return place;
  }

  #write(pauseImage) {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    const files = configurationFiles({ folder: this.folder, pauseImage, cgroup: `/${this.#cgroup}` });
    const all = { ...files, 'pki/accounts.pub': publicKey, 'pki/accounts.key': privateKey };
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text, { mode: 0o600 });
    }
    for (const folder of ['logs', 'etcd', 'plugins']) mkdirSync(join(this.folder, folder), { mode: 0o700 });
  }

  async #unshareNamespaces() {
    const namespaces = [
      '--mount',
      '--pid',
      '--net',
      '--uts',
      '--ipc',
      '--fork',
      '--kill-child',
      '--mount-proc',
      '--propagation',
      'private',
    ];
    const log = openSync(join(this.folder, 'logs', 'first-process'), 'a');
    const child = spawn('unshare', [...namespaces, 'sh', firstProcess, this.folder], { stdio: ['ignore', log, log] });
    closeSync(log);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    this.#unshare = { child, gone };
    await this.#until('first-process', () => readFileSync(join(this.folder, 'logs', 'first-process'), 'utf8').endsWith('ready\n'));
    this.#pid = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8'));
  }

  #run(part, args) {
    const log = openSync(join(this.folder, 'logs', part), 'a');
    const child = this.startInside([part, ...args], { stdio: ['ignore', log, log] });
    closeSync(log);
    this.#parts.set(part, child);
  }

  #take(image) {
    const { status, stderr } = this.inside(['ctr', '--address', socket, '--namespace', 'k8s.io', 'images', 'import', image]);
    if (status !== 0) throw new Error(`containerd does not take the image ${image}: ${stderr.trim()}`);
  }

  /** A part that has ended will not answer any more. */
  async #until(part, look) {
    const child = part === 'first-process' ? this.#unshare.child : this.#parts.get(part);
    await waitFor(`an answer of ${part}`, () => child.exitCode !== null || look(), startTimeoutMs);
    if (child.exitCode !== null) throw new Error(`${part} has ended: ${this.#lastLine(part)}`);
  }

  #lastLine(part) {
    return readFileSync(join(this.folder, 'logs', part), 'utf8')
      .trim()
      .split('\n')
      .at(-1);
  }

  #enter(command) {
    return ['--target', String(this.#pid), '--mount', '--pid', '--net', '--uts', '--ipc', '--', ...command];
  }

  #environment() {
    return { ...process.env, PATH: `${this.#program}:${process.env['PATH']}`, KUBECONFIG: clientFile(this.folder, 'admin') };
  }

  #killNow() {
    if (this.#unshare === undefined) return;
    try {
      process.kill(this.#pid ?? this.#unshare.child.pid, 'SIGKILL');
    } catch {
      say('the node has ended already');
    }
  }
}
