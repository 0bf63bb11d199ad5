import type { Call } from "../../kit/api.ts";
import { listingOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import type { Timeline } from "../../timeline.ts";
import { Limiter } from "../../trouble.ts";
import { badRequest, tooMany } from "./answers.ts";
import type { Caller } from "./entra.ts";
import { type GraphTenant, listed } from "./graph.ts";

/** A tenant whose events may be records of the logs of Entra. */
export interface LoggedTenant extends GraphTenant {
  readonly timeline: Pick<Timeline<never>, "count" | "timeAt" | "firstAtOrAfter">;
}

/**
 * A page of one of the logs, newest first: `$filter` names the span by a time that is whole seconds. `write` answers undefined for an event
 * that stands in another log.
 */
export function logPage<T extends LoggedTenant>(
  call: Call<T, Caller>,
  time: string,
  write: (number: number) => Record<string, unknown> | undefined,
): SandboxResponse {
  const { tenant, request } = call;
  const filter = request.query.get("$filter") ?? "";
  const bound = (operator: string) => new RegExp(`${time} ${operator} (\\S+)`).exec(filter)?.[1];
  const [from = "1970-01-01T00:00:00Z", to] = [bound("ge"), bound("le")];
  const [fromMs, toMs] = [Date.parse(from), to === undefined ? call.now : Date.parse(to)];
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) return badRequest(`Invalid filter clause: ${filter}`);
  const first = tenant.timeline.firstAtOrAfter(Math.ceil(fromMs / 1000) * 1000);
  const end = tenant.timeline.firstAtOrAfter(Math.floor(toMs / 1000) * 1000 + 1000);
  const listing = first < end ? { count: end - first, at: (place: number) => write(end - 1 - place) } : listingOf([]);
  const size = { usual: 1000, max: 1000 };
  return listed<Record<string, unknown>>(call, listing, {
    stream: "activities",
    write: (record) => record,
    required: ["id", time],
    size,
  });
}

/** Reports of audits: five calls in ten seconds of one application in one tenant. https://learn.microsoft.com/en-us/graph/throttling-limits */
export function auditLimits<T extends GraphTenant>() {
  const limiter = new Limiter(10_000);
  return ({ tenant, caller, request, now }: Call<T, Caller>) => {
    if (tenant.options.unlimited || !request.path.includes("/auditLogs/")) return { headers: {} };
    const { exceeded, resetAt } = limiter.take(`${tenant.options.name} ${caller.clientId}`, 5, now);
    const seconds = Math.max(1, Math.ceil(resetAt - now / 1000));
    return exceeded ? { headers: {}, refusal: tooMany(seconds) } : { headers: {} };
  };
}
