// node load.mjs PORT REQUESTS CONNECTIONS: makes a stub of 256 KiB of JSON in a WireMock on loopback and fetches it compressed, over so many
// connections at once. Prints what `offheap compare` compares.
import { Agent, request } from 'node:http';

const [port = 8080, requests = 4000, connections = 32] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const words = Array.from({ length: 16_384 }, (_, index) => ((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0'));

function send(method, path, body) {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, agent, headers: { 'accept-encoding': 'gzip' } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk) => {
        bytes += chunk.length;
      });
      response.on('end', () => resolve({ status: response.statusCode, encoding: response.headers['content-encoding'], bytes }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const stub = { request: { method: 'GET', urlPath: '/words' }, response: { status: 200, jsonBody: words } };
const { status } = await send('POST', '/__admin/mappings', JSON.stringify(stub));
if (status !== 201) throw new Error(`expected WireMock to take the stub, got status ${status}`);

let left = requests;
const latenciesMs = [];
async function fetchUntilDone() {
  while (left-- > 0) {
    const startedAt = performance.now();
    const answer = await send('GET', '/words');
    if (answer.status !== 200 || answer.encoding !== 'gzip')
      throw new Error(`expected 200 and gzip, got ${JSON.stringify(answer)}`);
    latenciesMs.push(performance.now() - startedAt);
  }
}
const startedAt = performance.now();
await Promise.all(Array.from({ length: connections }, fetchUntilDone));
const seconds = (performance.now() - startedAt) / 1000;
agent.destroy();

const sorted = latenciesMs.toSorted((a, b) => a - b);
console.log(`@metric requestsPerSecond=${(requests / seconds).toFixed(1)} better=higher`);
console.log(`@metric p50Ms=${sorted[Math.floor(requests * 0.5)].toFixed(2)} better=lower`);
console.log(`@metric p99Ms=${sorted[Math.floor(requests * 0.99)].toFixed(2)} better=lower`);
