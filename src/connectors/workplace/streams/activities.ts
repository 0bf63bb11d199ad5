import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";

/** Workplace has no call that reads its security log: activities come by webhook, and there is never anything to catch up with. */
export const activities: StreamFunction<"ACTIVITIES"> = async function* () {
  yield { items: [], cursor: null };
};
