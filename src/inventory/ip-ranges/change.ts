import { isDeepStrictEqual } from "node:util";
import type { Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import { recordAudit } from "#src/access/audit.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import { type Network, overlap, parseNetwork, printNetwork } from "#src/inventory/enrichment/address.ts";
import type { IpCategory } from "#src/inventory/enrichment/facts.ts";
import { isTag } from "#src/inventory/enrichment/lists.ts";
import { enqueue } from "#src/platform/queue.ts";
import { cleanText } from "#src/platform/text.ts";
import { type IpRangeRow, selectRanges } from "./row.ts";
import { changeRanges } from "./snapshot.ts";

export interface IpRangeInput {
  name: string;
  cidrs: readonly string[];
  category: IpCategory;
  tags?: readonly string[] | null;
  country?: string | null;
  city?: string | null;
  isp?: string | null;
}

const mostCidrs = 1000;
const mostTags = 20;

/** ADMIN of all instances. Creates a range. With an id, the range is replaced. Repeating it changes nothing. */
export function setIpRange(core: Core, viewer: Viewer, id: number | null, input: IpRangeInput): Promise<IpRangeRow> {
  const attempt = { action: "ipRange.set", ...(id === null ? {} : { target: `ipRange/${id}` }), after: input };
  return audited(core, viewer, attempt, async () => {
    requireAdminOfAll(viewer);
    const wanted = checked(input);
    return changing(core, async (tx, ranges) => {
      const before = ranges.find((range) => range.id === id) ?? null;
      if (id !== null && !before) throw new NotFoundError("The IP range", ["input", "id"]);
      refuseOverlaps(wanted.networks, ranges, before);
      const { networks, ...facts } = wanted;
      const range = await write(rawSql(tx), before, { ...facts, cidrs: networks.map(printNetwork) });
      await recordAudit(tx, viewer, {
        action: "ipRange.set",
        target: `ipRange/${range.id}`,
        before,
        after: range,
        result: "ok",
      });
      const { name: _, ...said } = range;
      const { name: __, ...saidBefore } = before ?? { name: null };
      const touched = isDeepStrictEqual(said, saidBefore)
        ? []
        : [...new Set([...range.cidrs, ...(before?.cidrs ?? [])])];
      return { range, touched };
    });
  });
}

/** ADMIN of all instances. What is known of its addresses without it holds again. */
export function deleteIpRange(core: Core, viewer: Viewer, id: number): Promise<IpRangeRow> {
  const target = `ipRange/${id}`;
  return audited(core, viewer, { action: "ipRange.delete", target }, async () => {
    requireAdminOfAll(viewer);
    return changing(core, async (tx, ranges) => {
      const range = ranges.find((one) => one.id === id);
      if (!range) throw new NotFoundError("The IP range", ["id"]);
      await rawSql(tx)`delete from ip_ranges where id = ${id}`;
      await recordAudit(tx, viewer, { action: "ipRange.delete", target, before: range, result: "ok" });
      return { range, touched: range.cidrs };
    });
  });
}

/** Ranges hold for every instance: an ADMIN of some would speak for the others. */
function requireAdminOfAll(viewer: Viewer): void {
  requireRole(viewer, "ADMIN");
  if (viewer.instanceIds !== null) throw new ForbiddenError("IP ranges require the role ADMIN for all instances.");
}

/** One change at a time, with the job that carries it into what is stored. */
async function changing(
  core: Core,
  change: (tx: Db, ranges: IpRangeRow[]) => Promise<{ range: IpRangeRow; touched: string[] }>,
): Promise<IpRangeRow> {
  return core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const sql = rawSql(tx);
    await changeRanges(sql);
    const { range, touched } = await change(tx, await selectRanges(sql));
    if (touched.length > 0) {
      const [retag] = await sql<{ id: number }[]>`
        insert into ip_range_retags (cidrs) values (${touched}::text[]::cidr[]) returning id`;
      await enqueue(core.boss, tx, "ipRanges.retag", { retagId: retag!.id });
    }
    return range;
  });
}

async function write(sql: Sql, before: IpRangeRow | null, range: Omit<IpRangeRow, "id">): Promise<IpRangeRow> {
  const values = sql`${range.name}, ${range.cidrs}::text[]::cidr[], ${range.category}, ${range.tags}::text[], ${range.country}, ${range.city}, ${range.isp}`;
  const columns = sql`(name, cidrs, category, tags, country, city, isp)`;
  const [row] = before
    ? await sql<
        { id: number }[]
      >`update ip_ranges set ${columns} = row (${values}) where id = ${before.id} returning id`
    : await sql<{ id: number }[]>`insert into ip_ranges ${columns} values (${values}) returning id`;
  return { id: row!.id, ...range };
}

type Checked = Omit<IpRangeRow, "id" | "cidrs"> & { networks: Network[] };

function checked(input: IpRangeInput): Checked {
  const name = cleanText(input.name.trim(), 200);
  if (name === null) throw new InvalidInputError("A range needs a name.", ["input", "name"]);
  const tags = [...new Set(input.tags ?? [])].sort();
  if (tags.length > mostTags) throw new InvalidInputError(`A range has at most ${mostTags} tags.`, ["input", "tags"]);
  const odd = tags.find((tag) => !isTag(tag));
  if (odd !== undefined)
    throw new InvalidInputError(
      `"${odd.slice(0, 60)}" is not a valid tag. Use lower-case letters, digits and hyphens, as in anonymous-proxy.`,
      ["input", "tags"],
    );
  const country = input.country?.trim().toUpperCase() || null;
  if (country !== null && !/^[A-Z]{2}$/.test(country))
    throw new InvalidInputError("A country is two letters (ISO 3166-1 alpha-2), like DE.", ["input", "country"]);
  return {
    name,
    networks: networksIn(input.cidrs),
    category: input.category,
    tags,
    country,
    city: cleanText(input.city?.trim(), 200),
    isp: cleanText(input.isp?.trim(), 200),
  };
}

function networksIn(cidrs: readonly string[]): Network[] {
  const field = ["input", "cidrs"];
  if (cidrs.length === 0 || cidrs.length > mostCidrs)
    throw new InvalidInputError(`A range has 1 to ${mostCidrs} networks.`, field);
  return cidrs.map((cidr, index) => {
    try {
      return parseNetwork(cidr.trim());
    } catch (error) {
      throw error instanceof InvalidInputError
        ? new InvalidInputError(error.message, [...field, String(index)])
        : error;
    }
  });
}

/** An address has one range at most, so that nobody has to guess which one holds. */
function refuseOverlaps(networks: readonly Network[], ranges: readonly IpRangeRow[], before: IpRangeRow | null): void {
  const others = ranges
    .filter((range) => range.id !== before?.id)
    .flatMap((range) => range.cidrs.map((cidr) => ({ network: parseNetwork(cidr), name: range.name })));
  for (const [index, network] of networks.entries()) {
    const field = ["input", "cidrs", String(index)];
    const twin = networks.slice(0, index).find((one) => overlap(one, network));
    if (twin)
      throw new InvalidInputError(
        `${printNetwork(network)} overlaps with ${printNetwork(twin)} of the same range.`,
        field,
      );
    const other = others.find((one) => overlap(one.network, network));
    if (other)
      throw new ConflictError(
        `${printNetwork(network)} overlaps with ${printNetwork(other.network)} of the range "${other.name}".`,
        { field },
      );
  }
}
