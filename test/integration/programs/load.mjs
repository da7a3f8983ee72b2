// node load.mjs PORT REQUESTS: that many requests over loopback, one after another; ends with status 1 at the first that fails.
import { get } from 'node:http';

const [port, requests] = process.argv.slice(2).map(Number);
const latenciesMs = [];
for (let sent = 0; sent < requests; sent++) {
  const startedAt = performance.now();
  await new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent: false }, (response) => {
      response
        .resume()
        .on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`))));
    }).on('error', reject);
  });
  latenciesMs.push(performance.now() - startedAt);
}
latenciesMs.sort((a, b) => a - b);
console.log(`@metric p50Ms=${latenciesMs[Math.floor(requests / 2)].toFixed(3)} better=lower`);
console.log(`@metric requests=${requests} better=higher`);
