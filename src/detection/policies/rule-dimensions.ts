import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import { eventNameOf } from "#src/detection/sigma/event-name.ts";

/**
 * What rules are found by: the dimensions of the index over them (src/realtime/filter-index.ts). A condition in any other dimension is not
 * used to find the rule.
 */
export const ruleDimensions = {
  user: ({ row }: EvaluatedActivity) => (row.userId === null ? null : `${row.instanceId}/${row.userId}`),
  ipAddress: ({ row }: EvaluatedActivity) => row.ipAddress,
  eventType: ({ row }: EvaluatedActivity) => row.eventType,
  foldedEventType: ({ row }: EvaluatedActivity) => row.eventType.toLowerCase(),
  eventName: eventNameOf,
  instance: ({ row }: EvaluatedActivity) => row.instanceId,
  isp: ({ row }: EvaluatedActivity) => row.isp,
  country: ({ row }: EvaluatedActivity) => row.country,
  connector: ({ connectorSlug }: EvaluatedActivity) => connectorSlug,
  ipCategory: ({ row }: EvaluatedActivity) => row.ipCategory,
  category: ({ row }: EvaluatedActivity) => row.category,
  outcome: ({ row }: EvaluatedActivity) => row.outcome,
} as const;
