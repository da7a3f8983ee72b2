// A kustomization as a user writes it: the manifests as shipped, and one entry that names the image.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { names } from './images.mjs';

/**
 * @param {{ root: string, folder: string, of: string, tag: string, components?: string[], images?: object[], patches?: object[] }} overlay `of`: a folder of deploy/kubernetes; `folder`: its place
 * @returns the folder, for `kubectl apply -k`
 */
export function writeOverlay({ root, folder, of, tag, components = [], images = [], patches = [] }) {
  mkdirSync(folder, { recursive: true });
  const place = (name) => relative(folder, join(root, 'deploy', 'kubernetes', name));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [place(of)],
    ...(components.length > 0 ? { components: components.map(place) } : {}),
    images: [{ name: 'offheap', newName: names.offheap, newTag: tag }, ...images],
    ...(patches.length > 0 ? { patches } : {}),
  };
  const text = stringify(kustomization);
  writeFileSync(join(folder, 'kustomization.yaml'), text);
  return { folder, text };
}
