import type { Pool, PoolClient } from 'pg';

/**
 * A connection of the pool for as long as it is needed. One that breaks fails the statements at hand, which is where it is told;
 * unheard, its event would end the process.
 */
export async function takeOut(pool: Pool): Promise<PoolClient> {
  return (await pool.connect()).on('error', ignore);
}

/** The pool closes a connection that broke instead of keeping it. */
export function giveBack(client: PoolClient): void {
  client.off('error', ignore);
  client.release();
}

function ignore(): void {}
