import { guarded } from "../../kit/api.ts";
import { sizeOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { ok, refused } from "./answers.ts";
import type { DocusignCall, DocusignRoute } from "./calls.ts";

/** https://developers.docusign.com/docs/monitor-api/reference/monitor/dataset/stream/ */
export const monitorRoutes: DocusignRoute[] = [
  guarded("GET", "/api/v2.0/datasets/monitor/stream", "signature", stream),
];

/** A cursor is an instant, or the end cursor of a page: the time of its last event, and the start of its id. */
function stream({ tenant, request, now }: DocusignCall): SandboxResponse {
  if (!tenant.hasMonitor) return refused(403, "access_denied", "The organization has no DocuSign Monitor.");
  const cursor = request.query.get("cursor");
  const [time = "", last] = cursor?.split("_") ?? [new Date(now - 7 * 86_400_000).toISOString()];
  const from = Date.parse(time);
  const behind = last === undefined ? -1 : Number.parseInt(last, 16);
  if (Number.isNaN(from) || Number.isNaN(behind)) return refused(400, "invalid_cursor", "The cursor is not valid.");
  const numbers = tenant.after(from, behind, sizeOf(request, "limit", { usual: 1000, max: 2000 }, tenant));
  const records = numbers.map((number) => tenant.record(number));
  const end = records.at(-1);
  return ok({
    endCursor: end ? `${String(end.timestamp)}_${String(end.eventId).slice(0, 8)}` : (cursor ?? time),
    data: shape(tenant, "activities", records, ["eventId", "timestamp", "object"]),
  });
}
