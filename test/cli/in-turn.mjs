// The command line as bin/offheap.js loads it, many times in one process, for test/cli/in-turn.ts: what comes by its channel are `{ args, cwd, env }`, what
// goes are `{ status, stdout, stderr }`. How a process starts and ends, and its standard streams, are for processes of their own.
import { fileURLToPath } from 'node:url';
import loader from '../../bin/load.js';

const { main } = loader.loadCommandLine(fileURLToPath(new URL('../..', import.meta.url)));

// Each run listens for failures of the standard streams.
process.setMaxListeners(0);
for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0);
const own = { ...process.env };

process.on('message', async ({ args, cwd, env }) => {
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) if (!(name in own)) delete process.env[name];
  Object.assign(process.env, own, env);
  process.exitCode = undefined;
  const kept = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    process[name].write = (text) => {
      kept[name] += text;
      return true;
    };
  const status = await main([process.execPath, 'offheap', ...args]);
  process.exitCode = undefined;
  process.send({ status, ...kept });
});
process.send('ready');
