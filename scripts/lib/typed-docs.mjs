// Docstrings by the type checker: whatever a type is made of, its properties keep the comments that they were declared with.
import { join } from 'node:path';
import { API } from 'typescript/unstable/sync';

/** Opens what is shipped of the project: with its tests it would take three times as long. To be closed. */
export function openProject(root) {
  const api = new API();
  const configFile = join(root, 'tsconfig.build.json');
  const project = api.updateSnapshot({ openProjects: [configFile] }).getProject(configFile);
  const { checker, program } = project;
  return { checker, exportsOf: (file) => exportsOf(checker, program, join(root, file)), close: () => api.close() };
}

function exportsOf(checker, program, path) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(path));
  return new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));
}

/** The docstring of a property as one line. */
export function docOf(checker, symbol) {
  return symbol
    .getDocumentationComment(checker)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
}
