// What the cases do with the cluster, each step written down as a person would type it.
import { appendFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { names } from './images.mjs';
import { namespace } from './pods.mjs';
import { Prometheus } from './prometheus.mjs';
import { waitFor } from './wait.mjs';

export class Cluster {
  constructor({ node, root, scratch, transcript, has8 }) {
    Object.assign(this, { node, root, scratch, transcript, has8 });
  }

  /** kubectl's output, which also goes into the transcript. */
  kubectl(...args) {
    const output = this.node.kubectl(args);
    this.write(`kubectl ${args.join(' ')}`, output);
    return output;
  }

  /** An object of the API. */
  get(...args) {
    return JSON.parse(this.node.kubectl(['get', ...args, '--output=json']));
  }

  /** Applies objects. */
  apply(...objects) {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    return this.node.kubectl(['apply', '--filename=-'], { input });
  }

  /** Has Prometheus scrape the exporter's pod, and no earlier one. */
  async scrapeExporter({ status: { podIP } }) {
    this.prometheus ??= new Prometheus(this);
    const instance = `${podIP}:9967`;
    this.prometheus.scrape([instance]);
    await this.prometheus.until(
      'a scrape',
      'up{job="offheap"}',
      (all) => all.length === 1 && all[0].metric.instance === instance && all[0].value === 1,
    );
    return this.prometheus;
  }

  /** Pods of a new namespace are refused until it has this. */
  accountOf(space) {
    return waitFor(
      `the service account of ${space}`,
      () => this.node.try(['get', 'serviceaccount', 'default', '--namespace', space]).status === 0,
    );
  }

  /** Waits until a container of a pod has printed a line with these words. */
  logged(pod, words, { space = namespace, container = 'app', timeoutMs = 120_000 } = {}) {
    return waitFor(
      `"${words}" in the log of ${pod}`,
      () =>
        this.logOf(pod, container, space)
          .split('\n')
          .find((line) => line.includes(words)),
      timeoutMs,
    );
  }

  logOf(pod, container, space = namespace) {
    return this.node.kubectl(['logs', '--namespace', space, pod, '--container', container]);
  }

  /**
   * The documented line, typed at a terminal: `kubectl debug -it POD --image=… --target=app --profile=… -- COMMAND`.
   *
   * @returns {Promise<{ output: string, exitCode: number }>} what the container printed, and its exit status
   */
  async debug(pod, profile, command, { image = names.debug, custom = [], customFile, shown = true } = {}) {
    const before = new Set(this.#debuggers(pod).map(({ name }) => name));
    const words = [
      'kubectl',
      'debug',
      '-it',
      pod,
      `--image=${image}`,
      '--target=app',
      `--profile=${profile}`,
      ...custom,
      '--',
      ...command,
    ];
    // A terminal of its own, of a usual width.
    const typed = words.map(quoted);
    // Read by the shell, and so not quoted.
    if (customFile !== undefined) typed.splice(typed.indexOf('--'), 0, `--custom ${customFile}`);
    const line = `cd ${quoted(this.root)}; stty cols 100 rows 50; ${typed.join(' ')}`;
    const options = { input: '' };
    const { stdout } = this.node.inside(
      ['script', '--quiet', '--return', '--command', `bash -c ${quoted(line)}`, '/dev/null'],
      options,
    );
    const ended = await waitFor(`the end of the debug container of ${pod}, after ${stdout}`, () =>
      this.#debuggers(pod).find(({ name, state }) => !before.has(name) && state.terminated),
    );
    // What is printed before kubectl has attached is in the log alone. The terminal echoes the end of its input.
    const output = this.logOf(pod, ended.name)
      .replaceAll('\r', '')
      .replace(/^(\^[@D][\b]*)+/, '');
    if (shown) this.write(words.join(' '), output);
    return { output, exitCode: ended.state.terminated.exitCode };
  }

  #debuggers(pod) {
    return this.get('pod', pod, '--namespace', namespace).status.ephemeralContainerStatuses ?? [];
  }

  write(command, output) {
    appendFileSync(this.transcript, `$ ${command}\n${stripVTControlCharacters(output).trimEnd()}\n\n`);
  }

  note(text) {
    appendFileSync(this.transcript, `## ${text}\n\n`);
  }
}

const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
