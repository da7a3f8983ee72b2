/**
 * A history of bounded length. When it is full, every other of what it has makes room: of what is long ago ever less stays, of the last half as much as came. The first and the
 * last stay always.
 */
export class Thinned<Item> {
  readonly #most: number;
  #items: Item[];

  /** `most` is 3 or more. */
  constructor(most: number, items: readonly Item[] = []) {
    this.#most = most;
    this.#items = [...items];
  }

  get items(): readonly Item[] {
    return this.#items;
  }

  add(item: Item): void {
    while (this.#items.length >= this.#most) this.#items = everyOther(this.#items);
    this.#items.push(item);
  }
}

function everyOther<Item>(items: readonly Item[]): Item[] {
  return items.filter((_, index) => index % 2 === 0 || index === items.length - 1);
}
