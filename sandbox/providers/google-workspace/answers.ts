import { listingOf } from "../../kit/paging.ts";
import { tokenListing } from "../../kit/token-listing.ts";
import type { SandboxResponse } from "../../provider.ts";
import { googleError } from "../_google/answers.ts";
import type { WorkspaceCall } from "./access.ts";

export const invalid = (message: string): SandboxResponse => googleError(400, "invalid", `Invalid Input: ${message}`);
export const notFound = (what: string): SandboxResponse => googleError(404, "notFound", `Resource Not Found: ${what}`);
export const noContent: SandboxResponse = { status: 204 };

interface Listed {
  kind: string;
  /** Where the records stand. */
  list: string;
  stream: string;
  required: string[];
  sizes: { usual: number; max: number };
}

/** A page of records that are all there already. Lists that are empty are left out. */
export function listed(
  { tenant, request }: WorkspaceCall,
  records: readonly object[],
  { kind, list, stream, required, sizes }: Listed,
): SandboxResponse {
  const asked = { token: request.query.get("pageToken"), size: request.query.get("maxResults") };
  const shaped = { stream, required };
  const page = tokenListing(tenant, listingOf(records), asked, { sizes, write: (one: object) => one, shaped });
  if (!page) return invalid("pageToken");
  const body = { kind, etag: '"list"', ...(page.entries.length > 0 && { [list]: page.entries }) };
  return { status: 200, body: page.nextToken ? { ...body, nextPageToken: page.nextToken } : body };
}
