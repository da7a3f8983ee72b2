// The compiled command line, many times in one process, for test/cli/in-turn.ts: what comes by its channel are `{ args, cwd, env }`, what goes are
// `{ status, stdout, stderr }`. Only for what is over before anything is started or is waited for: the rest of a process, and how it ends, is its own.
import { main } from '../../dist/cli.js';

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
