// The load of docs/walkthrough-owners.md: once the service at PORT answers, twenty new clients a second, for SECONDS. Each reads two pages, and goes.
import { setTimeout as delay } from 'node:timers/promises';

const [port, seconds] = process.argv.slice(2).map(Number);
const clientsPerSecond = 20;
const products = 40_000;

while (!(await fetch(`http://127.0.0.1:${port}/products?client=first`).catch(() => undefined))) await delay(200);
const end = performance.now() + seconds * 1000;
for (let client = 0; performance.now() < end; client++) {
  let after = `p${String(Math.floor(Math.random() * products)).padStart(5, '0')}`;
  for (let page = 0; page < 2; page++) {
    const query = new URLSearchParams({ client: `${process.pid}-${client}`, after });
    const response = await fetch(`http://127.0.0.1:${port}/products?${query}`);
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
    after = (await response.json()).at(-1)?.key ?? after;
  }
  await delay(1000 / clientsPerSecond);
}
