/** An element that the report is known to have; its absence is a fault of the report's own. */
export function required<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`the report has no ${type.name} "${id}"`);
}

export function isChecked(id: string): boolean {
  const element = document.getElementById(id);
  return element instanceof HTMLInputElement && element.checked;
}

/** A colour or length of report.css as it is under the theme in force. */
export function cssVariable(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
