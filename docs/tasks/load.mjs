// The load of docs/tasks.md: 80 requests to the service at PORT, eight at a time. Prints how long a request took, for `offheap compare`.
const url = `http://127.0.0.1:${process.argv[2]}/work`;
const requests = 80;
const atOnce = 8;

const startedAt = performance.now();
let left = requests;
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (left-- > 0) {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`${url} answered ${response.status}`);
      await response.text();
    }
  }),
);
process.stdout.write(
  `@metric requestsPerSecond=${((1000 * requests) / (performance.now() - startedAt)).toFixed(1)} better=higher\n`,
);
