import { get } from 'node:http';
import { bytesPerMiB } from '../../model/units.ts';
import { type NamedContainers, parseEngineList } from '../../parse/container-names.ts';

/** A thousand containers are 2 MiB. */
const maxBytes = 16 * bytesPerMiB;
/** An engine that starts or stops a container may take a while; nothing else waits for it. */
const timeoutMs = 2000;

/**
 * The containers that run, by the API of an engine that listens at a UNIX socket. Empty where nobody does, this user may not ask, or the answer is late, long or of
 * another form. It changes nothing.
 */
export async function askEngine(socketPath: string): Promise<NamedContainers> {
  return parseEngineList(await getBounded(socketPath, '/containers/json').catch(() => ''));
}

function getBounded(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request = get({ socketPath, path, headers: { Host: 'localhost' }, signal }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) request.destroy(new Error('longer than any list'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => resolve(Buffer.concat(chunks).toString()));
    });
    request.on('error', reject);
  });
}
