import type { tables } from "#db/client.ts";

export type DestinationRow = typeof tables.destinations.$inferSelect;
export type DeliveryRow = typeof tables.deliveries.$inferSelect;

/** The name under which a destination's position in the log is kept. */
export function consumerOf(destinationId: number): string {
  return `destination/${destinationId}`;
}
