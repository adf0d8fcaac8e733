/** What a cache may hold, in bytes. */
export interface CacheBytes {
  readonly total: number;
  /** Of one owner. An entry that is larger is not kept. */
  readonly share: number;
}

interface Entry<V> {
  readonly value: V;
  readonly bytes: number;
}

interface Share<V> {
  bytes: number;
  /** The entry written longest ago is the first. */
  readonly entries: Map<string, Entry<V>>;
}

/**
 * A cache bounded by bytes in total and for each owner, such as a tenant. An owner over its share loses its own oldest entries. When
 * the whole cache is full, owners that hold more than the average lose entries, so a large owner never displaces a small one.
 */
export class ByteCache<V> {
  private readonly owners = new Map<string, Share<V>>();
  private held = 0;

  constructor(private readonly most: CacheBytes) {}

  /** Sum of the sizes of all entries. */
  get bytes(): number {
    return this.held;
  }

  /** Number of entries. */
  get size(): number {
    let size = 0;
    for (const { entries } of this.owners.values()) size += entries.size;
    return size;
  }

  get(owner: string, key: string): V | undefined {
    return this.owners.get(owner)?.entries.get(key)?.value;
  }

  /** @param bytes the size of the entry, key and overhead included */
  set(owner: string, key: string, value: V, bytes: number): void {
    this.delete(owner, key);
    if (bytes > this.most.share) return;
    const share: Share<V> = this.owners.get(owner) ?? { bytes: 0, entries: new Map() };
    // The owner that wrote last is the last in the map.
    this.owners.delete(owner);
    this.owners.set(owner, share);
    share.entries.set(key, { value, bytes });
    share.bytes += bytes;
    this.held += bytes;
    while (share.bytes > this.most.share) this.dropOldest(owner, share);
    while (this.held > this.most.total) this.dropOldest(...this.largeOwner(owner, share));
  }

  delete(owner: string, key: string): void {
    const share = this.owners.get(owner);
    if (share) this.drop(owner, share, key);
  }

  /** Deletes from each owner the oldest entries for which `isOver` holds, up to the first for which it does not. */
  sweep(isOver: (value: V) => boolean): void {
    for (const [owner, share] of this.owners) {
      for (const [key, { value }] of share.entries) {
        if (!isOver(value)) break;
        this.drop(owner, share, key);
      }
    }
  }

  /** The writer when it holds at least the average, otherwise the first owner that does; at least one owner does. */
  private largeOwner(writer: string, share: Share<V>): [string, Share<V>] {
    const average = this.held / this.owners.size;
    if (share.bytes >= average) return [writer, share];
    for (const found of this.owners) if (found[1].bytes >= average) return found;
    return [writer, share];
  }

  private dropOldest(owner: string, share: Share<V>): void {
    const [oldest] = share.entries.keys();
    if (oldest !== undefined) this.drop(owner, share, oldest);
  }

  private drop(owner: string, share: Share<V>, key: string): void {
    const entry = share.entries.get(key);
    if (!entry) return;
    share.entries.delete(key);
    share.bytes -= entry.bytes;
    this.held -= entry.bytes;
    if (share.entries.size === 0) this.owners.delete(owner);
  }
}
