// Fills the marked parts of docs/api.md from the types and docstrings of src/index.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SymbolFlags } from 'typescript/unstable/sync';
import { quantities } from '../../dist/model/quantities.js';
import { docOf, openProject } from './typed-docs.mjs';

const longestType = 80;
const marked = /<!-- (.+?) -->\n[\s\S]*?<!-- end -->/g;

/**
 * The page with its marked parts as they are to be, and `exported`: everything that the package exports, by its name, whether it is only a type, and its
 * docstring.
 */
export function renderApiPage(root) {
  const project = openProject(root);
  const { checker } = project;
  try {
    const symbols = new Map(
      [...project.exportsOf('src/index.ts')].map(([name, symbol]) => [name, checker.getAliasedSymbol(symbol)]),
    );
    const page = readFileSync(join(root, 'docs', 'api.md'), 'utf8');
    return {
      page: page.replaceAll(marked, (_, what) => `<!-- ${what} -->\n\n${render(what, checker, symbols)}\n\n<!-- end -->`),
      exported: [...symbols].map(([name, symbol]) => ({ name, isType: isType(symbol), doc: docOf(checker, symbol) })),
    };
  } finally {
    project.close();
  }
}

function isType({ flags }) {
  return (flags & (SymbolFlags.TypeAlias | SymbolFlags.Interface)) !== 0;
}

function render(what, checker, symbols) {
  if (what === 'types') return renderTypes(checker, symbols);
  if (what === 'quantities') return renderQuantities();
  const [, name, without] = /^fields of (\w+)(?: without (\w+))?$/.exec(what) ?? [];
  const known = without === undefined ? [] : fieldsOf(checker, symbols, without).map((field) => field.name);
  const fields = fieldsOf(checker, symbols, name).filter((field) => !known.includes(field.name));
  return table(
    ['field', 'type', 'meaning'],
    fields.map((field) => describeField(checker, field)),
  );
}

function fieldsOf(checker, symbols, name) {
  const symbol = symbols.get(name);
  if (!symbol) throw new Error(`expected src/index.ts to export ${name}, as docs/api.md says`);
  return checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
}

function describeField(checker, symbol) {
  const type = checker
    .typeToString(checker.getTypeOfSymbol(symbol))
    .replaceAll(/ \| undefined\b/g, '')
    .replace(/^\((\(.*)\)$/, '$1');
  const mark = (symbol.flags & SymbolFlags.Optional) === 0 ? '' : '?';
  return [`\`${symbol.name}${mark}\``, `\`${shorten(type)}\``, docOf(checker, symbol)];
}

/** A type of many words says less than its docstring. */
function shorten(type) {
  if (type.length <= longestType) return type;
  if (type.startsWith('(')) return 'function';
  return type.endsWith('[]') ? 'object[]' : 'object';
}

function renderTypes(checker, symbols) {
  const types = [...symbols].filter(([, symbol]) => isType(symbol));
  return table(
    ['type', 'what it is'],
    types.map(([name, symbol]) => [`\`${name}\``, docOf(checker, symbol)]),
  );
}

function renderQuantities() {
  return table(
    ['quantity', 'unit', 'meaning'],
    Object.entries(quantities).map(([name, { unit, meaning }]) => [`\`${name}\``, unit, meaning]),
  );
}

function table(head, rows) {
  const cells = (row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [cells(head), `|${'---|'.repeat(head.length)}`, ...rows.map(cells)].join('\n');
}
