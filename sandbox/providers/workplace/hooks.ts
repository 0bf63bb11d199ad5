import type { EventSource } from "../../kit/tenant.ts";
import { hmacHeader, type Signing, type Subscription, Webhooks } from "../../kit/webhooks.ts";
import type { SandboxKit, Tenant } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import type { App } from "./app.ts";
import type { Change, Party } from "./events.ts";

/** Of the topic `workplace_security`: an app has one address for it. */
export interface SecurityHook extends Subscription {
  fields: string[];
}

/** What deliveries need of a community: narrower than the tenant, which imports this file. */
type Community = Pick<Tenant, "options" | "faults"> &
  EventSource & { communityId: string; changeAt(number: number): Change };

/** A refused delivery is repeated ever more slowly, for about a day and a half. */
const retryAfterMs = Array.from({ length: 24 }, (_, attempt) => Math.min(1000 * 2 ** attempt, 2 * 3_600_000));

/** Changes are gathered, cut to what each subscription asks for, and signed with the app's secret. */
export function hooksOf(community: Community, kit: SandboxKit): Webhooks<SecurityHook> {
  return new Webhooks<SecurityHook>(community, kit, {
    retryAfterMs,
    body({ fields }, number) {
      const change = community.changeAt(number);
      // An integration that was removed, or may not read the security log, gets nothing.
      const isMuted = community.faults.revoked || missesScope(community, "Read security logs");
      return isMuted || !fields.includes(change.field) ? undefined : flat(community, change);
    },
    batch: {
      withinMs: 20,
      max: 1000,
      join: (_, changes) => {
        const entry = { id: community.communityId, time: Math.floor(kit.now() / 1000), changes };
        return { object: "workplace_security", entry: [entry] };
      },
    },
  });
}

export function signedBy({ secret }: App): Signing {
  const old = hmacHeader({ header: "x-hub-signature", secret, algorithm: "sha1", prefix: "sha1=" });
  const current = hmacHeader({ header: "x-hub-signature-256", secret, prefix: "sha256=" });
  const userAgent = { "user-agent": "Webhooks/1.0 (https://fb.me/webhooks)" };
  return (message) => ({ ...userAgent, ...old(message), ...current(message) });
}

/** As the records that receivers have published: flat, with the time as text. */
function flat({ communityId, faults: { changedShape } }: Community, change: Change): unknown {
  const { field, event, actor, target, ip, userAgent } = change;
  const timestamp = new Date(change.at * 1000).toISOString().replace(".000Z", "+0000");
  const isChanged = changedShape === "activities" || changedShape === "all";
  const value = {
    actor_community_id: communityId,
    ...party("actor", actor),
    ...party("target", target),
    ip,
    useragent: userAgent,
    target_community_id: communityId,
    ...(isChanged ? { event_v2: { value: event }, timestamp_v2: { value: timestamp } } : { timestamp, event }),
  };
  return { field, value };
}

function party(role: "actor" | "target", { id, email, name }: Party): Record<string, string> {
  return {
    ...(id !== undefined && { [`${role}_id`]: id }),
    ...(email !== undefined && { [`${role}_email`]: email }),
    ...(name !== undefined && { [`${role}_name`]: name }),
  };
}
