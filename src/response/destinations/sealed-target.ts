import { and, eq, notLike } from "drizzle-orm";
import { tables } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import type { KeyRing } from "#src/platform/secrets.ts";
import type { DestinationRow } from "./row.ts";

type Target = Pick<DestinationRow, "id" | "kind" | "target">;

const place = (destinationId: number) => `destination/${destinationId}/target`;

/** As the column keeps it: the URL of a webhook is sealed, since its path may be all that protects it. */
export function sealTarget(secrets: KeyRing, { id, kind, target }: Target): string {
  return kind === "WEBHOOK" ? secrets.seal(target, place(id)) : target;
}

/** The address of a destination in clear. */
export function targetOf(secrets: KeyRing, { id, kind, target }: Target): string {
  return kind === "WEBHOOK" && isSealed(target) ? secrets.open(target, place(id)) : target;
}

/** A URL has a scheme before anything that looks like this. */
function isSealed(target: string): boolean {
  return target.startsWith("v1.");
}

/** Seals the URLs that a version before sealing kept in clear. Safe to repeat, and in several processes at once. */
export async function sealWebhookTargets({ db, secrets }: Pick<Core, "db" | "secrets">): Promise<void> {
  const { destinations } = tables;
  const open = await db
    .select({ id: destinations.id, kind: destinations.kind, target: destinations.target })
    .from(destinations)
    .where(and(eq(destinations.kind, "WEBHOOK"), notLike(destinations.target, "v1.%")));
  for (const row of open)
    await db
      .update(destinations)
      .set({ target: sealTarget(secrets, row) })
      .where(and(eq(destinations.id, row.id), eq(destinations.target, row.target)));
}
