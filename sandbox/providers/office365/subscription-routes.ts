import { randomUUID } from "node:crypto";
import type { ApiRoute } from "../../kit/api.ts";
import { guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { listingOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { badRequest, created, noContent, notFound, ok, problem } from "../_microsoft/answers.ts";
import type { Caller } from "../_microsoft/entra.ts";
import { listed } from "../_microsoft/graph.ts";
import { isoSecond } from "../_microsoft/people.ts";
import type { FileCall } from "./drive-routes.ts";
import { filesOf } from "./files.ts";
import type { DriveSubscription } from "./subscriptions.ts";
import type { Office365Tenant } from "./tenant.ts";

/** Of a drive: 42,300 minutes. */
const longestMs = 42_300 * 60_000;

export const subscriptionRoutes: ApiRoute<Office365Tenant, Caller>[] = [
  guarded("GET", "/v1.0/subscriptions", "", (call) => {
    const all = [...filesOf(call.tenant).subscriptions.hooks.all.values()];
    const now = call.now;
    return listed(call, listingOf(all.filter(({ expiresAt }) => expiresAt > now)), {
      ...{ stream: "subscriptions", required: [] },
      write: (one) => ({ ...written(one), clientState: null }),
    });
  }),
  guarded("POST", "/v1.0/subscriptions", "Files.ReadWrite.All", subscribe),
  guarded("PATCH", "/v1.0/subscriptions/:id", "", (call) => {
    const known = filesOf(call.tenant).subscriptions.hooks.all.get(call.parameters.id ?? "");
    if (!known || known.expiresAt <= call.now) return notFound(call.parameters.id ?? "");
    const { expirationDateTime } = (jsonBody(call.request) ?? {}) as { expirationDateTime?: string };
    const until = expiryOf(call, expirationDateTime);
    if (until === null) return tooLong;
    known.expiresAt = until;
    return ok(written(known));
  }),
  guarded("DELETE", "/v1.0/subscriptions/:id", "", (call) => {
    const { hooks } = filesOf(call.tenant).subscriptions;
    return hooks.all.delete(call.parameters.id ?? "") ? noContent : notFound(call.parameters.id ?? "");
  }),
];

const tooLong = badRequest("Subscription expiration can only be 42300 minutes in the future.");

function expiryOf({ now }: FileCall, text: string | undefined): number | null {
  const until = Date.parse(text ?? "");
  return Number.isNaN(until) || until <= now || until - now > longestMs ? null : until;
}

/** The address proves itself before the subscription is made: it returns what it is sent, as plain text. */
async function subscribe(call: FileCall): Promise<SandboxResponse> {
  const { tenant, caller, request } = call;
  const sent = (jsonBody(request) ?? {}) as Record<string, string | undefined>;
  const { changeType, notificationUrl, lifecycleNotificationUrl, resource = "", clientState } = sent;
  const { drives, subscriptions } = filesOf(tenant);
  const [, driveId = ""] = /^\/?drives\/([^/]+)\/root$/.exec(resource) ?? [];
  const drive = drives.find(decodeURIComponent(driveId));
  if (!drive) return notFound(resource);
  if (changeType !== "updated") return badRequest("Drives support the change type updated only.");
  if (!notificationUrl || (clientState?.length ?? 0) > 128) return badRequest("The subscription is not valid.");
  const expiresAt = expiryOf(call, sent.expirationDateTime);
  if (expiresAt === null) return tooLong;
  const made = subscriptions.make({
    ...{ url: notificationUrl, lifecycleUrl: lifecycleNotificationUrl ?? null, changeType, resource, expiresAt },
    ...{ clientState: clientState ?? null, drive: drive.index, applicationId: caller.clientId },
    withSharing: /\bincludesecuritywebhooks\b/i.test(String(request.headers.prefer ?? "")),
  });
  for (const url of new Set([notificationUrl, lifecycleNotificationUrl ?? notificationUrl])) {
    const token = `Validation: Testing client application reachability for subscription Request-Id: ${randomUUID()}`;
    const asked = `${url}?validationToken=${encodeURIComponent(token)}`;
    const question = { method: "POST", url: asked, headers: { "content-type": "text/plain; charset=utf-8" } };
    const isGood = await subscriptions.hooks.challenge(made, question, (body) => body === token);
    if (!isGood)
      return problem(
        400,
        "ValidationError",
        "Subscription validation request failed. Response must exactly match validationToken query parameter.",
      );
  }
  subscriptions.hooks.add(made);
  return created(written(made));
}

function written(one: DriveSubscription): Record<string, unknown> {
  return {
    id: one.id,
    resource: one.resource,
    applicationId: one.applicationId,
    changeType: one.changeType,
    clientState: one.clientState,
    notificationUrl: one.url,
    lifecycleNotificationUrl: one.lifecycleUrl,
    expirationDateTime: isoSecond(one.expiresAt),
    creatorId: "8ee44408-0679-472c-bc2a-692812af3437",
    latestSupportedTlsVersion: "v1_2",
    notificationQueryOptions: null,
    includeResourceData: null,
  };
}
