import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../cli/offheap.ts';
import { endJvm } from '../end-jvm.ts';
import { type Task, tasks } from '../fixtures/tasks.ts';
import { freePort } from './compare-programs.ts';
import { compileJava } from './compile-java.ts';

const page = join(root, 'docs', 'tasks.md');
/** OFFHEAP_WRITE_PAGES=1 writes the page with what the commands print here. */
const writes = process.env['OFFHEAP_WRITE_PAGES'] === '1';
const sections: string[] = [];
/** Ports of the page, and those that are free here. */
const ports = new Map<string, string>();
let folder = '';
let service: ChildProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offheap-tasks-'));
  for (const port of ['8080', '8081', '8090', '9967']) ports.set(port, String(await freePort()));
  compileJava(folder, [join(root, 'docs/tasks/Service.java')]);
  execFileSync('jar', ['cfe', join(folder, 'orders.jar'), 'Service', '-C', folder, 'Service.class']);
  copyFileSync(join(root, 'docs/tasks/load.mjs'), join(folder, 'load.mjs'));
  const command = join(folder, 'offheap');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin/offheap.js')}' "$@"\n`);
  chmodSync(command, 0o755);
  // A heap with room enough for all Inflaters, so that no GC comes.
  service = spawn('java', ['-Xms256m', '-Xmx256m', '-Xmn200m', '-jar', 'orders.jar', here('8080')], {
    cwd: folder,
    stdio: 'ignore',
  });
  await perform({ commands: [`until node load.mjs ${here('8080')}; do sleep 0.2; done 2>/dev/null`] });
});

afterAll(async () => {
  await endJvm(service);
  rmSync(folder, { recursive: true });
  // All of it or nothing.
  if (writes && sections.length === tasks.length) writeFileSync(page, `${head}${sections.join('')}`);
});

describe.each(tasks)('$title', (task) => {
  test('is done by these commands', async () => {
    const { status, output } = await perform(task);
    for (const expected of task.shows) expect(output).toMatch(expected);
    expect([task.status].flat()).toContain(status);
    if (writes) sections.push(sectionOf(task, output));
  });

  test('is on the page, with output that shows it', () => {
    expect(task.commands.length).toBeLessThanOrEqual(3);
    if (writes) return;
    const section = readFileSync(page, 'utf8')
      .split(/^## /m)
      .find((candidate) => candidate.startsWith(`${tasks.indexOf(task) + 1}. ${task.title}\n`));
    expect(section).toContain(`\n\`\`\`\n${task.commands.join('\n')}\n\`\`\`\n`);
    for (const expected of task.shows) expect(section).toMatch(expected);
  });
});

async function perform({ commands }: Pick<Task, 'commands'>): Promise<{ status: number | null; output: string }> {
  const script = commands.map((command) => command.replaceAll(/\b(?:8080|8081|8090|9967)\b/g, here)).join('\n');
  const env = {
    ...process.env,
    ...{ PATH: `${folder}:${process.env['PATH']}`, OFFHEAP_CACHE_DIR: join(folder, 'cache') },
    ...{ COLUMNS: '80', NO_COLOR: '1', FORCE_COLOR: '0' },
  };
  const child = spawn('bash', ['-c', script], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { status, output: errors + output };
}

function here(port: string): string {
  return ports.get(port) ?? port;
}

const head = `# Ten tasks

What a new user wants to do, each with at most three commands, and what they print. The service is [tasks/Service.java](tasks/Service.java): each request leaves Inflaters to the GC, as the
[article](article.md)'s jar scanner did. [tasks/load.mjs](tasks/load.mjs) is its load. To follow:

\`\`\`
javac -d . docs/tasks/Service.java && jar cfe orders.jar Service Service.class && cp docs/tasks/load.mjs .
java -Xms256m -Xmx256m -Xmn200m -jar orders.jar 8080 &
node load.mjs 8080
\`\`\`

The outputs are real, of one run on a machine with other work. \`…\` stands for lines that are left out.
`;

function sectionOf(task: Task, output: string): string {
  const { title, says, commands, lines } = task;
  const all = fromHere(output).trimEnd().split('\n');
  const shown = lines === undefined || all.length <= lines ? all : [...all.slice(0, lines), '…'];
  const block = (text: readonly string[]) => `\n\`\`\`\n${text.join('\n').trimEnd()}\n\`\`\`\n`;
  return `\n## ${tasks.indexOf(task) + 1}. ${title}\n\n${says}\n${block(commands)}${block(shown)}`;
}

function fromHere(output: string): string {
  return [...ports].reduce((text, [canonical, free]) => text.replaceAll(free, canonical), output);
}
