// npm run pictures: the pictures of README and docs, of real runs on this machine: the service of docs/tasks.md under load, as the doctor, watch and the
// report show it. Writes docs/pictures.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import headless from '@xterm/headless';
import { chromium } from 'playwright-core';
import { browserOptions } from './lib/browser.mjs';
import { toSvg } from './pictures/terminal-svg.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const pictures = join(root, 'docs', 'pictures');
const bin = join(root, 'bin', 'offheap.js');
const terminal = join(root, 'test', 'integration', 'programs', 'terminal.py');
const port = '18090';
const watchedMs = 25_000;

const folder = mkdtempSync(join(tmpdir(), 'offheap-pictures-'));
const inFolder = { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] };
const children = [];
try {
  mkdirSync(pictures, { recursive: true });
  execFileSync('javac', ['-d', folder, join(root, 'docs/tasks/Service.java')]);
  execFileSync('jar', ['cfe', join(folder, 'orders.jar'), 'Service', '-C', folder, 'Service.class']);
  copyFileSync(join(root, 'docs/tasks/load.mjs'), join(folder, 'load.mjs'));
  const service = spawn('java', ['-Xms256m', '-Xmx256m', '-Xmn200m', '-jar', 'orders.jar', port], inFolder);
  children.push(service);
  await untilServed();
  const pid = String(service.pid);
  await draw('doctor.svg', ['doctor', pid], { rows: 15, columns: 84, title: 'offheap doctor orders.jar' });
  offheap('doctor', pid, '--quiet', '--format=html', '--output=doctor.html');
  const load = spawn(process.execPath, ['load.mjs', port], inFolder);
  children.push(load);
  await draw('watch.svg', ['watch', pid], { rows: 30, columns: 100, title: 'offheap watch orders.jar', ms: watchedMs });
  await photograph('doctor-page.png', join(folder, 'doctor.html'));
} finally {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true });
}

async function untilServed() {
  for (let attempts = 0; attempts < 100; attempts++) {
    const loaded = spawn(process.execPath, ['load.mjs', port], { cwd: folder, stdio: 'ignore' });
    const [status] = await once(loaded, 'exit');
    if (status === 0) return;
    await delay(200);
  }
  throw new Error('the service of docs/tasks.md does not answer');
}

/** Runs a command of offheap in a terminal, and draws what is on its screen at its end, or after `ms`. */
async function draw(name, args, { rows, columns, title, ms }) {
  const screen = new headless.Terminal({ rows, cols: columns, allowProposedApi: true, scrollback: 0 });
  const child = spawn('python3', [terminal, String(rows), String(columns), process.execPath, bin, ...args], {
    cwd: folder,
    env: { ...process.env, TERM: 'xterm-256color', FORCE_COLOR: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const written = [];
  child.stdout.on('data', (data) => written.push(data));
  const closed = once(child, 'close');
  if (ms === undefined) await closed;
  else await delay(ms);
  // Of a command that prints more than a screen the first rows.
  const text = Buffer.concat(written).toString();
  const first = ms === undefined ? text.split('\r\n').slice(0, rows).join('\r\n') : text;
  await new Promise((resolve) => screen.write(first, resolve));
  writeFileSync(join(pictures, name), toSvg(screen.buffer.active, { rows, columns, title }));
  if (ms !== undefined) child.stdin.write('"q"\n');
  await closed;
}

function offheap(...args) {
  try {
    execFileSync(process.execPath, [bin, ...args], inFolder);
  } catch (error) {
    // A doctor that has found problems.
    if (error.status !== 3) throw error;
  }
}

async function photograph(name, page) {
  const browser = await chromium.launch(browserOptions(root));
  try {
    const view = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await view.goto(String(pathToFileURL(page)));
    await view.screenshot({ path: join(pictures, name) });
  } finally {
    await browser.close();
  }
}
