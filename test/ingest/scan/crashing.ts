import { type Db, rawSql } from "#db/client.ts";

export class Crash extends Error {}

/** A database whose transactions crash before their nth statement. `after` counts how many a transaction has. */
export function crashing(db: Db, before: number): { db: Db; statements: () => number } {
  let count = 0;
  const transaction = (run: (tx: Db) => Promise<unknown>) =>
    db.transaction(async (real) => {
      const client = new Proxy(rawSql(real as unknown as Db), {
        apply(target, self, args: unknown[]) {
          // Only a statement is a template; lists and names are not.
          if (Array.isArray((args[0] as { raw?: unknown }).raw) && ++count === before) throw new Crash();
          return Reflect.apply(target as never, self, args);
        },
      });
      const result = await run({ _: { session: { client } } } as unknown as Db);
      // Everything is written, and then the process dies before it commits.
      if (before === count + 1) throw new Crash();
      return result;
    });
  const outer = { transaction, _: (db as unknown as { _: unknown })._ } as unknown as Db;
  return { db: outer, statements: () => count };
}
