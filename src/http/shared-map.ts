import { BoundedMap } from './bounded-map.js';

/** A map in which each owner has a bounded number of entries: one that adds more loses its own oldest entry and no other's. */
export class SharedMap<K, V> {
  private readonly owners = new Map<string, BoundedMap<K, V>>();
  private readonly ownerOf: BoundedMap<K, string>;

  /**
   * @param maximum entries of all owners
   * @param share entries of one owner
   */
  constructor(
    maximum: number,
    private readonly share: number,
  ) {
    this.ownerOf = new BoundedMap(maximum, (key, owner) => this.drop(key, owner));
  }

  get(key: K): V | undefined {
    const owner = this.ownerOf.get(key);
    return owner === undefined ? undefined : this.owners.get(owner)?.get(key);
  }

  set(owner: string, key: K, value: V): void {
    let entries = this.owners.get(owner);
    if (!entries) {
      entries = new BoundedMap(this.share, (oldest) => this.ownerOf.delete(oldest));
      this.owners.set(owner, entries);
    }
    entries.set(key, value);
    this.ownerOf.set(key, owner);
  }

  delete(key: K): void {
    const owner = this.ownerOf.get(key);
    if (owner === undefined) return;
    this.ownerOf.delete(key);
    this.drop(key, owner);
  }

  private drop(key: K, owner: string): void {
    const entries = this.owners.get(owner);
    entries?.delete(key);
    if (entries?.size === 0) this.owners.delete(owner);
  }
}
