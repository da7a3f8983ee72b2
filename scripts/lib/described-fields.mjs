// Walks a JSON schema and the type of the same values side by side, and gives each property the docstring of its declaration, and its unit.
import { docOf } from './typed-docs.mjs';

/** By the end of a field's name, as every name has its unit. */
const units = [
  [/bytes$/i, 'In bytes.'],
  [/(^m|M)s$/, 'In milliseconds.'],
  [/share$|^returned|^consistency$/i, 'From 0 to 1.'],
];

export function describeFields(checker, type, schema) {
  const own = checker.getNonNullableType(type) ?? type;
  const members = schema.anyOf ?? schema.oneOf;
  if (members) for (const member of members) describeFields(checker, memberFor(checker, own, member), member);
  if (schema.items) describeFields(checker, elementOf(checker, own), schema.items);
  for (const [name, property] of Object.entries(schema.properties ?? {})) describeProperty(checker, own, name, property);
  const others = schema.additionalProperties;
  if (others && typeof others === 'object') describeFields(checker, valueTypeOf(checker, own), others);
}

function describeProperty(checker, type, name, schema) {
  const symbol = checker.getPropertyOfType(type, name);
  if (!symbol) throw new Error(`expected ${checker.typeToString(type)} to have ${name}, as its schema has`);
  describeFields(checker, checker.getTypeOfSymbol(symbol), schema);
  const unit = isFigure(schema) ? units.find(([pattern]) => pattern.test(name))?.[1] : undefined;
  const doc = docOf(checker, symbol);
  const description = [doc, ...(unit === undefined ? [] : [unit])].filter((part) => part !== '').join(' ');
  if (description !== '') schema.description = description;
}

/** A number, or a list or a table of them; one of null is where it could not be read. */
function isFigure({ type, items, anyOf }) {
  return type === 'number' || type === 'integer' || (items && isFigure(items)) || anyOf?.some(isFigure);
}

function elementOf(checker, type) {
  return checker.getTypeArguments(type)[0] ?? type;
}

/** Of a table with any names, or with those of a list. */
function valueTypeOf(checker, type) {
  const [index] = checker.getIndexInfosOfType(type);
  if (index) return index.valueType ?? index.type;
  const [property] = checker.getPropertiesOfType(type);
  return property ? checker.getTypeOfSymbol(property) : type;
}

/** The member of a union that has the constants of a schema's member. */
function memberFor(checker, type, { properties }) {
  const constants = Object.entries(properties ?? {}).filter(([, schema]) => schema.const !== undefined);
  const has = (member, [name, schema]) => {
    const symbol = checker.getPropertyOfType(member, name);
    return (
      symbol !== undefined && checker.typeToString(checker.getTypeOfSymbol(symbol)).replaceAll('"', '') === String(schema.const)
    );
  };
  return (
    (type.getTypes?.() ?? []).find((member) => constants.length > 0 && constants.every((constant) => has(member, constant))) ?? type
  );
}
