// node load.mjs PORT REQUESTS CONNECTIONS: sends spans to a Zipkin on loopback and asks for traces, over so many connections at once. Prints what
// `offheap compare` compares.
import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';

const [port = 9411, requests = 2000, connections = 16] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: connections });

function send(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body ? { 'content-type': 'application/json', 'content-encoding': 'gzip' } : { 'accept-encoding': 'gzip' };
    const sent = request({ host: '127.0.0.1', port, method, path, agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const hex = (value) => value.toString(16).padStart(16, '0');
/** 50 spans of a trace, with tags of some hundred bytes. */
function spans(trace) {
  const list = Array.from({ length: 50 }, (_, index) => ({
    traceId: hex(trace + 1),
    id: hex(index + 1),
    ...(index > 0 ? { parentId: hex(index) } : {}),
    name: `get /items/${index}`,
    timestamp: Date.now() * 1000,
    duration: 1000 + index,
    localEndpoint: { serviceName: `service-${trace % 20}`, ipv4: '127.0.0.1' },
    tags: { 'http.path': `/items/${trace}/${index}`, 'http.user_agent': 'x'.repeat(200) },
  }));
  return gzipSync(JSON.stringify(list));
}

let next = 0;
const latenciesMs = [];
async function work() {
  while (next < requests) {
    const number = next++;
    const startedAt = performance.now();
    const status =
      number % 4 === 3 ? await send('GET', '/api/v2/traces?limit=20') : await send('POST', '/api/v2/spans', spans(number));
    if (status !== 200 && status !== 202) throw new Error(`expected status 200 or 202, got ${status}`);
    latenciesMs.push(performance.now() - startedAt);
  }
}
await Promise.all(Array.from({ length: connections }, work));
agent.destroy();
const sorted = latenciesMs.toSorted((a, b) => a - b);
console.log(`@metric p50Ms=${sorted[Math.floor(requests * 0.5)].toFixed(2)} better=lower`);
