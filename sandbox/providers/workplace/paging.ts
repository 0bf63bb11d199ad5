import type { SandboxRequest } from "../../provider.ts";
import type { Access } from "./access.ts";

/** Something listed: places 0..count-1, some of which may be empty. Cursors name places, so nothing shifts. */
export interface Listing {
  count: number;
  at(place: number): Record<string, unknown> | undefined;
}

const usual = 25;
const most = 100;

/** One page of a Graph edge, with cursors and absolute links as the real service writes them. */
export function graphPage(
  request: SandboxRequest,
  access: Access,
  listing: Listing,
): { data: Record<string, unknown>[]; paging?: unknown } {
  const { query } = request;
  const asked = Number(query.get("limit") ?? usual);
  const limit = Math.min(
    asked >= 1 ? Math.floor(asked) : usual,
    access.tenant.options.unlimited ? Number.MAX_SAFE_INTEGER : most,
  );
  const before = placeOf(query.get("before"));
  const found =
    before === null
      ? forward(listing, (placeOf(query.get("after")) ?? -1) + 1, limit)
      : backward(listing, before - 1, limit);
  if (found.length === 0) return { data: [] };
  const first = (found[0] as { place: number }).place;
  const last = (found[found.length - 1] as { place: number }).place;
  const link = (name: "after" | "before", place: number) => {
    const url = new URL(`https://${request.host}${request.path}`);
    for (const [key, value] of query) {
      if (["after", "before", "appsecret_proof", "appsecret_time"].includes(key)) continue;
      if (key === "access_token" && !access.tokenInQuery) continue;
      url.searchParams.append(key, value);
    }
    url.searchParams.set("limit", String(limit));
    url.searchParams.set(name, cursorAt(place));
    return url.href;
  };
  const more = forward(listing, last + 1, 1).length > 0;
  const less = backward(listing, first - 1, 1).length > 0;
  return {
    data: found.map(({ record }) => record),
    paging: {
      cursors: { before: cursorAt(first), after: cursorAt(last) },
      ...(more ? { next: link("after", last) } : {}),
      ...(less ? { previous: link("before", first) } : {}),
    },
  };
}

interface Found {
  place: number;
  record: Record<string, unknown>;
}

function forward(listing: Listing, from: number, limit: number): Found[] {
  const found: Found[] = [];
  for (let place = from; place < listing.count && found.length < limit; place++) {
    const record = listing.at(place);
    if (record) found.push({ place, record });
  }
  return found;
}

function backward(listing: Listing, from: number, limit: number): Found[] {
  const found: Found[] = [];
  for (let place = Math.min(from, listing.count - 1); place >= 0 && found.length < limit; place--) {
    const record = listing.at(place);
    if (record) found.unshift({ place, record });
  }
  return found;
}

function cursorAt(place: number): string {
  return `QVFIU${Buffer.from(`m${place}`).toString("base64url")}`;
}

function placeOf(cursor: string | null): number | null {
  if (!cursor?.startsWith("QVFIU")) return null;
  const place = Number(Buffer.from(cursor.slice(5), "base64url").toString().slice(1));
  return Number.isSafeInteger(place) ? place : null;
}
