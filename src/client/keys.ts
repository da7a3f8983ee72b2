const actions: Record<string, string> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  '+': 'in',
  '=': 'in',
  '-': 'out',
  '0': 'reset',
  Home: 'reset',
};
const withShift: Record<string, string> = { ArrowLeft: 'earlier', ArrowRight: 'later' };

/** The chart by keyboard, while it has the focus. What the browser itself does by Ctrl, Alt and Meta stays. */
export function listenToKeys(frame: HTMLElement, act: (action: string) => void): void {
  frame.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const action = (event.shiftKey ? withShift[event.key] : undefined) ?? actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    act(action);
  });
}
