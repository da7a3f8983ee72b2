// What a Dockerfile says of a stage that is made of copied files: the configuration of its image, and what is copied. So that an image without Docker is the one that Docker makes.

/**
 * @param {string} text
 * @param {string} [target] a stage by name; by default the last, as `docker build` takes it
 * @returns {{ config: object, copies: { from: string, source: string, target: string }[] }} `config` as in the image specification of OCI (config.md)
 * @throws Error for an instruction that does more than that
 */
export function readStage(text, target) {
  const stages = splitStages(text);
  const chain = chainOf(stages, target === undefined ? stages.length - 1 : stages.findIndex(({ name }) => name === target));
  const [{ base }] = chain;
  if (base !== 'scratch') throw new Error(`expected a stage that begins FROM scratch, found ${base}.`);
  const config = { Env: [], Labels: {} };
  const copies = [];
  for (const { instructions } of chain) for (const instruction of instructions) apply(instruction, config, copies);
  return { config, copies };
}

/** The stage and those that it is built on, the lowest first. */
function chainOf(stages, index) {
  if (index < 0) throw new Error('expected a stage of that name in the Dockerfile, found none.');
  const below = stages.slice(0, index).findIndex(({ name }) => name === stages[index].base);
  return below < 0 ? [stages[index]] : [...chainOf(stages, below), stages[index]];
}

function splitStages(text) {
  const lines = text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const stages = [];
  for (const line of lines) {
    const [, word, rest] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    const [, base, name] = (word === 'FROM' && /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest)) || [];
    if (base !== undefined) stages.push({ base, name, instructions: [] });
    else stages.at(-1)?.instructions.push({ word, rest });
  }
  if (stages.length === 0) throw new Error('expected FROM in the Dockerfile, found none.');
  return stages;
}

function apply({ word, rest }, config, copies) {
  if (word === 'ENV') config.Env.push(...pairs(rest).map(([name, value]) => `${name}=${value}`));
  else if (word === 'LABEL') Object.assign(config.Labels, Object.fromEntries(pairs(rest)));
  else if (word === 'USER') config.User = rest;
  else if (word === 'WORKDIR') config.WorkingDir = rest;
  else if (word === 'ENTRYPOINT') config.Entrypoint = JSON.parse(rest);
  else if (word === 'CMD') config.Cmd = JSON.parse(rest);
  else if (word === 'COPY') copies.push(copyOf(rest));
  else throw new Error(`expected an instruction that copies files or configures the image, found ${word} ${rest}.`);
}

function copyOf(rest) {
  const [, from, source, target] = /^--from=(\S+) (\S+) (\S+)$/.exec(rest) ?? [];
  if (from === undefined) throw new Error(`expected COPY --from=STAGE SOURCE TARGET, found COPY ${rest}.`);
  return { from, source, target };
}

/** `NAME=value NAME="a value"` */
function pairs(rest) {
  return [...rest.matchAll(/(\S+?)=(?:"([^"]*)"|(\S*))/g)].map(([, name, quoted, plain]) => [name, quoted ?? plain]);
}
