import { migrate } from "#db/migrate.ts";
import type { Config } from "#src/config.ts";
import { findDatabase } from "./database.ts";

/** `gatehouse migrate`: brings the database up to date and ends. */
export async function migrateDatabase(config: Config): Promise<void> {
  const found = await findDatabase(config, (line) => console.error(line));
  try {
    const { applied } = await migrate(found.url, (line) => console.error(line));
    console.log(
      applied > 0 ? `${applied} migration${applied === 1 ? "" : "s"} applied` : "The database is up to date.",
    );
  } finally {
    await found.stop();
  }
}
