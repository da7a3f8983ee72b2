// SPDX-License-Identifier: MIT
// A small service that has answered, and waits.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ready } from './ready.mjs';

const requests = 1009;
const server = createServer((request, response) => response.end(request.url)).listen(0, '127.0.0.1');
await once(server, 'listening');
for (let index = 0; index < requests; index++) await (await fetch(`http://127.0.0.1:${server.address().port}/${index}`)).text();
ready(0);
