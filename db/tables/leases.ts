import { pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** Who may do something that takes longer than a transaction should: of all processes, the holder of its row. By the database's clock. */
export const leases = pgTable("leases", {
  /** What is held: `credential/12`. */
  name: text().primaryKey(),
  holder: uuid().notNull(),
  /** A holder that died holds it until then. */
  until: timestamp({ withTimezone: true, precision: 3, mode: "date" }).notNull(),
});
