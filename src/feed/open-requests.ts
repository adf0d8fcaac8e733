/** How many requests of a kind each tenant has open. */
export class OpenRequests {
  private readonly open = new Map<string, number>();

  /** @param most of one tenant */
  constructor(private readonly most: number) {}

  /** @returns what gives the place back, to be called once; undefined when the tenant has no place left */
  enter(tenantId: string): (() => void) | undefined {
    const count = this.open.get(tenantId) ?? 0;
    if (count >= this.most) return undefined;
    this.open.set(tenantId, count + 1);
    return () => this.leave(tenantId);
  }

  private leave(tenantId: string): void {
    const left = (this.open.get(tenantId) ?? 1) - 1;
    if (left > 0) this.open.set(tenantId, left);
    else this.open.delete(tenantId);
  }
}
