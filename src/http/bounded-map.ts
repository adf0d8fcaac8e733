/** A map that forgets the entry not written for the longest time when it is full, so that strangers cannot fill the memory. */
export class BoundedMap<K, V> {
  private readonly entries = new Map<K, V>();

  /** @param forgotten called with each entry that has to go for another */
  constructor(
    private readonly most: number,
    private readonly forgotten: (key: K, value: V) => void = () => undefined,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  set(key: K, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size <= this.most) return;
    const [oldest] = this.entries;
    if (!oldest) return;
    this.entries.delete(oldest[0]);
    this.forgotten(...oldest);
  }

  /** Entries may be changed and deleted meanwhile, but not set. */
  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries[Symbol.iterator]();
  }

  delete(key: K): void {
    this.entries.delete(key);
  }
}
