import { AsyncLocalStorage } from "node:async_hooks";

const marks = new AsyncLocalStorage<{ isOpen: boolean }>();

/** Runs what a database transaction is made of, so that what must not happen in one can refuse to. */
export function markTransaction<T>(run: () => Promise<T>): Promise<T> {
  const mark = { isOpen: true };
  return marks.run(mark, async () => {
    try {
      return await run();
    } finally {
      mark.isOpen = false;
    }
  });
}

/**
 * A call to another machine may take half a minute. In a transaction it would hold a connection and locks for as long, so there it is a fault
 * of ours: throws an Error.
 */
export function refuseInTransaction(what: string): void {
  if (marks.getStore()?.isOpen) throw new Error(`${what} within a database transaction`);
}
