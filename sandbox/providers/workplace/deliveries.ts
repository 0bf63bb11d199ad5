import { createHmac } from "node:crypto";
import type { SandboxKit, Tenant } from "../../provider.ts";
import type { App } from "./app.ts";
import type { Change, Party } from "./events.ts";

/** What deliveries need of a community: narrower than the tenant, which imports this file. */
type Community = Pick<Tenant, "options" | "faults"> & { app: App; communityId: string };

/** Changes that happen this close together travel in one request. */
const gatherMs = 20;
const changesPerRequest = 1000;

/** A refused delivery is repeated ever more slowly, for about a day and a half. */
const retryAfterMs = Array.from({ length: 24 }, (_, attempt) => Math.min(1000 * 2 ** attempt, 2 * 3_600_000));

/** Webhooks of one community: gathered, cut to what each subscription asks for, signed with the app's secret. */
export class Deliveries {
  readonly #tenant: Community;
  readonly #kit: SandboxKit;
  #waiting: Change[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(tenant: Community, kit: SandboxKit) {
    this.#tenant = tenant;
    this.#kit = kit;
  }

  add(change: Change): void {
    if (!this.#tenant.app.subscriptions.has("workplace_security")) return;
    this.#waiting.push(change);
    if (this.#waiting.length >= changesPerRequest) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), gatherMs);
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { app, communityId, faults } = this.#tenant;
    const subscription = app.subscriptions.get("workplace_security");
    const changes = this.#waiting.filter(({ field }) => subscription?.fields.includes(field));
    this.#waiting = [];
    // An integration that was removed, or may not read the security log, is told nothing.
    if (!subscription || changes.length === 0 || faults.revoked) return;
    if (faults.missingScopes?.includes("Read security logs")) return;
    const entry = {
      id: communityId,
      time: Math.floor(this.#kit.now() / 1000),
      changes: changes.map((one) => this.#shaped(one)),
    };
    const body = JSON.stringify({ object: "workplace_security", entry: [entry] });
    const headers = {
      "content-type": "application/json",
      "user-agent": "Webhooks/1.0 (https://fb.me/webhooks)",
      "x-hub-signature": `sha1=${createHmac("sha1", app.secret).update(body).digest("hex")}`,
      "x-hub-signature-256": `sha256=${createHmac("sha256", app.secret).update(body).digest("hex")}`,
    };
    void this.#kit.deliver({ tenant: this.#tenant, url: subscription.callbackUrl, headers, body, retryAfterMs });
  }

  /** As the records that receivers have published: flat, with the time as text. */
  #shaped({ field, value }: Change): unknown {
    const { event, event_time, actor, target, ip, user_agent } = value;
    const timestamp = new Date(event_time * 1000).toISOString().replace(".000Z", "+0000");
    const flat = {
      actor_community_id: this.#tenant.communityId,
      ...party("actor", actor),
      ...party("target", target),
      ip,
      useragent: user_agent,
      target_community_id: this.#tenant.communityId,
    };
    const { changedShape } = this.#tenant.faults;
    return changedShape === "activities" || changedShape === "all"
      ? { field, value: { ...flat, event_v2: { value: event }, timestamp_v2: { value: timestamp } } }
      : { field, value: { ...flat, timestamp, event } };
  }
}

function party(role: "actor" | "target", { id, email, name }: Party): Record<string, string> {
  return {
    ...(id === undefined ? {} : { [`${role}_id`]: id }),
    ...(email === undefined ? {} : { [`${role}_email`]: email }),
    ...(name === undefined ? {} : { [`${role}_name`]: name }),
  };
}
