/**
 * One at a time for each key, in the order of asking. Changes of one team would wait for each other in the database anyway;
 * waiting here, they hold no connection, and none of them finds the row changed under its hands.
 */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Keys that somebody has or waits for. */
  get waiting(): number {
    return this.last.size;
  }

  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(key);
    const mine = before ? before.then(work, work) : work();
    this.last.set(key, mine);
    const leave = () => {
      if (this.last.get(key) === mine) this.last.delete(key);
    };
    mine.then(leave, leave);
    return mine;
  }
}
