/** Every property of a JSON schema, however deep, with its path. */
export function* fieldsOf({ anyOf = [], oneOf = [], items, properties = {}, additionalProperties }, path = '') {
  for (const member of [...anyOf, ...oneOf]) yield* fieldsOf(member, path);
  if (items) yield* fieldsOf(items, `${path}[]`);
  if (additionalProperties && typeof additionalProperties === 'object') yield* fieldsOf(additionalProperties, `${path}.*`);
  for (const [name, schema] of Object.entries(properties)) {
    yield { path: `${path}.${name}`, name, schema };
    yield* fieldsOf(schema, `${path}.${name}`);
  }
}
