import type { SandboxResponse } from "../../provider.ts";
import { missesScope, shape } from "../../trouble.ts";
import { problem } from "./answers.ts";
import { objectNamed, type SObject } from "./objects.ts";
import { fieldAt, MalformedQuery, parseQuery, type Query, type Row } from "./soql.ts";
import type { SalesforceTenant } from "./tenant.ts";

const version = "v67.0";

/** A query's first answer; the others are fetched by the locator that it names. */
export function answerQuery(
  tenant: SalesforceTenant,
  text: string,
  asked: { deleted: boolean; tooling: boolean; batch: number },
): SandboxResponse {
  try {
    const query = parseQuery(text);
    const object = objectNamed(query.object);
    const isHidden = object?.permission !== undefined && missesScope(tenant, object.permission);
    if (!object || Boolean(object.tooling) !== asked.tooling || (isHidden && !object.own))
      return problem(400, "INVALID_TYPE", `sObject type '${query.object}' is not supported.`);
    const found = isHidden ? [] : find(tenant, query, object, asked.deleted);
    const rows = found.map((row) => project(row, query));
    const shaped = object.stream ? shape(tenant, object.stream, rows, ["Id", "AppName", "UserId"]) : rows;
    // Tokens come by 500, and no more than 2,500.
    const isToken = query.object === "OauthToken";
    const locator = `01g5g0000${tenant.locators.size.toString(36).padStart(6, "0")}AAA`;
    tenant.locators.set(locator, isToken ? shaped.slice(0, 2500) : shaped);
    return page(tenant, locator, 0, isToken ? 500 : asked.batch);
  } catch (error) {
    if (!(error instanceof MalformedQuery)) throw error;
    const isField = error.message.startsWith("No such column");
    return problem(400, isField ? "INVALID_FIELD" : "MALFORMED_QUERY", error.message);
  }
}

/** `01g…-2000`: the place follows the locator. */
export function answerLocator(tenant: SalesforceTenant, text: string, batch: number): SandboxResponse {
  const [locator = "", place = ""] = text.split("-");
  if (!tenant.locators.has(locator) || !/^\d+$/.test(place))
    return problem(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
  return page(tenant, locator, Number(place), batch);
}

function page(tenant: SalesforceTenant, locator: string, start: number, batch: number): SandboxResponse {
  const rows = tenant.locators.get(locator) ?? [];
  const end = start + batch;
  const done = end >= rows.length;
  if (done && start === 0) tenant.locators.set(locator, []);
  const next = done ? {} : { nextRecordsUrl: `/services/data/${version}/query/${locator}-${end}` };
  return { status: 200, body: { totalSize: rows.length, done, ...next, records: rows.slice(start, end) } };
}

function find(
  tenant: SalesforceTenant,
  { matches, order, limit, fields, object }: Query,
  type: SObject,
  deleted: boolean,
): Row[] {
  if (fields[0] === "FIELDS(ALL)" && (limit ?? 201) > 200)
    throw new MalformedQuery("The SOQL FIELDS function must have a LIMIT of at most 200");
  if (type.filters && order[0] && !order[0].down)
    throw new MalformedQuery(`${object} is ordered by EventDate DESC only`);
  const rows = type.rows(tenant, deleted).filter(matches);
  const sorted = order.length === 0 ? rows : rows.toSorted((a, b) => compare(a, b, order));
  return limit === undefined ? sorted : sorted.slice(0, limit);
}

function compare(a: Row, b: Row, order: Query["order"]): number {
  for (const { field, down } of order) {
    const [left, right] = [String(fieldAt(a, field)), String(fieldAt(b, field))];
    if (left !== right) return left < right === !down ? -1 : 1;
  }
  return 0;
}

/** The fields that were asked for; those of a parent stand in an object of its own. */
function project(row: Row, { fields, object }: Query): Row {
  const attributes = { type: object, url: `/services/data/${version}/sobjects/${object}/${row.Id ?? ""}` };
  if (fields[0] === "FIELDS(ALL)") return { attributes, ...row };
  const record: Row = { attributes };
  for (const path of fields) {
    const value = fieldAt(row, path);
    // Real-time objects that have no event here know all their fields.
    if (value === undefined && object !== "User" && !/Event(Store)?$/.test(object))
      throw new MalformedQuery(`No such column '${path}'`);
    const names = path.split(".");
    let target = record;
    for (const [depth, name] of names.slice(0, -1).entries()) {
      const parent = fieldAt(row, names.slice(0, depth + 1).join("."));
      if (parent === null || parent === undefined) {
        target[name] = null;
        break;
      }
      target[name] ??= { attributes: { type: name, url: "" } };
      target = target[name] as Row;
    }
    if (names.length === 1 || fieldAt(row, names.slice(0, -1).join(".")) !== null)
      target[names.at(-1) as string] = value ?? null;
  }
  return record;
}
