import type { Sql } from "postgres";
import { parseAddress, parseNetwork } from "#src/inventory/enrichment/address.ts";
import type { OwnWord } from "#src/inventory/enrichment/facts.ts";
import { NetworkMap } from "#src/inventory/enrichment/network-map.ts";
import { type IpRangeRow, selectRanges } from "./row.ts";

/** The ranges at one version, as this process holds them. */
export interface RangeSnapshot {
  version: string;
  /** What an admin defined for an address. */
  of(address: string): OwnWord | null;
}

let current: RangeSnapshot | null = null;

/**
 * The ranges as they are for the rest of the transaction: a change waits until it has ended, so that no activity is stored with tags of
 * before behind a job that set out to change them. Read again only when they have changed.
 */
export async function rangesNow(tx: Sql): Promise<RangeSnapshot> {
  // Two statements, sent at once: the second must look after the first has waited.
  const [, [state]] = await Promise.all([
    tx`select pg_advisory_xact_lock_shared(4711008, 0)`,
    tx<{ version: string }[]>`select version from ip_range_state`,
  ]);
  const version = state!.version;
  if (current?.version !== version) current = snapshotOf(version, await selectRanges(tx));
  return current;
}

/** For a change: waits for everybody who tags, lets nobody begin until commit, and makes what they hold old. */
export async function changeRanges(tx: Sql): Promise<void> {
  await tx`select pg_advisory_xact_lock(4711008, 0)`;
  await tx`update ip_range_state set version = gen_random_uuid()`;
}

/** Addresses looked up, at most; then they are looked up again. */
const mostKnown = 10_000;

function snapshotOf(version: string, ranges: readonly IpRangeRow[]): RangeSnapshot {
  if (ranges.length === 0) return { version, of: () => null };
  const networks = new NetworkMap<OwnWord>(
    ranges.flatMap((range) => {
      const value = { ...range, tags: [...range.tags].sort() };
      return range.cidrs.map((cidr) => ({ network: parseNetwork(cidr), value }));
    }),
  );
  const known = new Map<string, OwnWord | null>();
  return {
    version,
    of(text) {
      let found = known.get(text);
      if (found !== undefined) return found;
      const address = parseAddress(text);
      found = address && networks.get(address);
      if (known.size >= mostKnown) known.clear();
      known.set(text, found);
      return found;
    },
  };
}
