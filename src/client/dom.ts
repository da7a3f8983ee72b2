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

/** The only element of a kind within another; its absence is a fault of the report's own. */
export function child(frame: HTMLElement, selector: string): HTMLElement {
  const element = frame.querySelector(selector);
  if (element instanceof HTMLElement) return element;
  throw new Error(`the report has no "${selector}"`);
}

/** A value that the report carries as JSON, which offheap itself has checked and written. */
export function embedded<Value>(id: string | undefined): Value {
  return JSON.parse(required(id ?? '', HTMLElement).textContent ?? '') as Value;
}

/** Shows what needs a script, and takes away the sentence that stands in for it. */
export function show(drawing: HTMLElement): void {
  drawing.hidden = false;
  for (const absent of document.querySelectorAll<HTMLElement>('[data-drawing]'))
    if (absent.dataset['drawing'] === drawing.id) absent.hidden = true;
}
