import { type Db, rawSql } from "#db/client.ts";

/**
 * One writer at a time for each instance, until the transaction ends. Scan pages, claims and changes of status all touch the same rows
 * (the instance, its streams, its scans, its accounts) in their own order; a transaction that takes this first cannot deadlock with another.
 * Always the first statement of the transaction; taking it again is free.
 */
export async function lockInstance(tx: Db, instanceId: number): Promise<void> {
  await rawSql(tx)`select pg_advisory_xact_lock(4711004, ${instanceId})`;
}
