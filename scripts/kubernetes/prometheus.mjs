// Debian's Prometheus on the node, which scrapes the pod of the DaemonSet.
import { closeSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { waitFor } from './wait.mjs';

const url = 'http://127.0.0.1:9090';

/** One for all cases; it ends with the node. */
export class Prometheus {
  #node;
  #targets;

  constructor({ node, root }) {
    this.#node = node;
    const folder = join(node.folder, 'prometheus');
    mkdirSync(folder);
    this.#targets = join(folder, 'targets.json');
    this.scrape([]);
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [join(root, 'deploy', 'prometheus', 'offheap.rules.yml')],
      scrape_configs: [{ job_name: 'offheap', file_sd_configs: [{ files: [this.#targets], refresh_interval: '1s' }] }],
    };
    writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
    const log = openSync(join(node.folder, 'logs', 'prometheus'), 'a');
    const places = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`];
    const args = [...places, '--web.listen-address=127.0.0.1:9090', '--log.level=warn'];
    node.startInside(['prometheus', ...args], { stdio: ['ignore', log, log] });
    closeSync(log);
  }

  /** From now on these, address and port each, and no others. */
  scrape(targets) {
    writeFileSync(`${this.#targets}.part`, JSON.stringify([{ targets }]));
    renameSync(`${this.#targets}.part`, this.#targets);
  }

  /** @returns {{ metric: Record<string, string>, value: number }[]} @throws Error with what promtool says */
  query(expression) {
    const { status, stdout, stderr } = this.#node.inside(['promtool', 'query', 'instant', '--format=json', url, expression]);
    if (status !== 0) throw new Error(`promtool: ${stderr.trim() || stdout.trim()}`);
    return JSON.parse(stdout).map(({ metric, value: [, text] }) => ({ metric, value: Number(text) }));
  }

  /** Asks until the answer is as it should be. */
  until(what, expression, holds) {
    let last = [];
    return waitFor(
      what,
      () => {
        last = this.query(expression);
        return holds(last) && last;
      },
      180_000,
    ).catch((error) => {
      throw new Error(`${error.message}; ${expression} is ${JSON.stringify(last)}`);
    });
  }
}
