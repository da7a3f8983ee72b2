// Files that containerd and Docker take an image from (`docker save`'s form: moby, image/tarexport), of one layer.
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fail, run } from '../lib/run.mjs';

/** As Go names the machines. */
export const goArch = { x64: 'amd64', arm64: 'arm64' }[process.arch];

/**
 * Makes `file` of a folder that is to be the root of the image: all of it is root's.
 *
 * @param {{ names: string[], config: object, folder: string, file: string }} image `names` with their tags
 */
export async function writeImage({ names, config, folder, file }) {
  const scratch = mkdtempSync(join(dirname(file), '.image-'));
  try {
    const layer = join(scratch, 'layer.tar');
    const plain = ['--create', '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
    if (!run('tar', [...plain, '--file', layer, '--directory', folder, '.'])) fail(`${folder} could not be packed.`);
    const whole = { architecture: goArch, os: 'linux', created: '1970-01-01T00:00:00Z', config };
    const text = JSON.stringify({ ...whole, rootfs: { type: 'layers', diff_ids: [`sha256:${await sha256(layer)}`] } });
    const configName = `${createHash('sha256').update(text).digest('hex')}.json`;
    writeFileSync(join(scratch, configName), text);
    const manifest = [{ Config: configName, RepoTags: names, Layers: ['layer.tar'] }];
    writeFileSync(join(scratch, 'manifest.json'), JSON.stringify(manifest));
    const members = ['manifest.json', configName, 'layer.tar'];
    if (!run('tar', ['--create', '--file', `${file}.part`, '--directory', scratch, ...members]))
      fail(`${file} could not be written.`);
    renameSync(`${file}.part`, file);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return statSync(file).size;
}

async function sha256(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
