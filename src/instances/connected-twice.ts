import { and, eq, ne, sql } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import { ConflictError } from "#src/errors.ts";

/** One tenant may be connected once. Holds until the transaction ends, so that two at the same instant cannot both pass. */
export async function refuseConnectedTwice(
  tx: Db,
  manifest: Manifest,
  test: ConnectionTest,
  except: number | null,
): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(4711005, hashtext(${`${manifest.slug}/${test.externalAccountId}`}))`,
  );
  const [other] = await tx
    .select({ id: tables.instances.id, name: tables.instances.name })
    .from(tables.instances)
    .where(
      and(
        eq(tables.instances.connectorSlug, manifest.slug),
        eq(tables.instances.externalAccountId, test.externalAccountId),
        ne(tables.instances.status, "DISCONNECTED"),
        except === null ? undefined : ne(tables.instances.id, except),
      ),
    )
    .limit(1);
  if (other)
    throw new ConflictError(`${test.accountName} is connected already, as "${other.name}".`, {
      code: "ALREADY_CONNECTED",
    });
}
