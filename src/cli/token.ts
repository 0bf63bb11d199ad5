import { type Db, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { recordAudit } from "#src/access/audit.ts";
import { createApiToken } from "#src/access/tokens.ts";
import { type Role, systemViewer } from "#src/access/viewer.ts";
import type { Config } from "#src/config.ts";
import { InvalidInputError, NotFoundError } from "#src/errors.ts";
import { findDatabase } from "./database.ts";

export interface TokenOptions {
  name: string;
  role: Role;
  instanceIds: number[] | null;
  expiresAt: Date | null;
  /** See NewApiToken. */
  demo?: boolean;
}

/** Makes a token and audits it. The secret is returned here and never again. */
export async function issueToken(db: Db, options: TokenOptions): Promise<{ id: number; secret: string }> {
  return db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const { token, secret } = await createApiToken(tx, systemViewer, options);
    await recordAudit(
      tx,
      { ...systemViewer, id: "cli", name: "cli" },
      { action: "apiToken.create", target: `apiToken/${token.id}`, after: options, result: "ok" },
    );
    return { id: token.id, secret };
  });
}

/** `gatehouse token create`: prints the secret alone on standard output, so that it can be captured. */
export async function createToken(config: Config, options: TokenOptions): Promise<void> {
  const found = await findDatabase(config, (line) => console.error(line));
  try {
    await migrate(found.url);
    const database = openDatabase(found.url, { max: 1 });
    try {
      const { secret } = await issueToken(database.db, options).catch(inOptionsOfTheCommand);
      console.log(secret);
      console.error("Keep it safe: it is not shown again. Use it as `Authorization: Bearer <token>`.");
    } finally {
      await database.close();
    }
  } finally {
    await found.stop();
  }
}

/** What is wrong with an argument of the API is wrong with an option here. */
function inOptionsOfTheCommand(error: unknown): never {
  if (error instanceof NotFoundError)
    throw new InvalidInputError("--instances: An instance of the list was not found.");
  const option = error instanceof InvalidInputError && error.field && optionOf[error.field.at(-1) ?? ""];
  throw option ? new InvalidInputError(`${option}: ${error.message}`, error.field) : error;
}

const optionOf: Record<string, string> = {
  name: "--name",
  role: "--role",
  instanceIds: "--instances",
  expiresAt: "--expires",
};
