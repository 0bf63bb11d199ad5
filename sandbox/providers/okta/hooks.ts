import { randomBytes, randomUUID } from "node:crypto";
import { idAt } from "../../generator.ts";
import type { SandboxResponse } from "../../provider.ts";
import { problem } from "./access.ts";
import type { EventType } from "./event-types.ts";
import { eventType } from "./event-types.ts";
import { iso } from "./people.ts";
import type { ApiRoute, Call } from "./routes.ts";
import { api, invalid, json, noContent, notFound } from "./routes.ts";
import type { OktaTenant } from "./tenant.ts";

interface Channel {
  type: string;
  version: string;
  config: {
    uri: string;
    headers?: { key: string; value: string }[];
    authScheme?: { type: string; key: string; value?: string };
  };
}

interface Hook {
  id: string;
  name: string;
  status: "ACTIVE" | "INACTIVE";
  verified: boolean;
  items: string[];
  channel: Channel;
  createdAt: number;
  updatedAt: number;
}

/** Event hooks: told of new events once verified; repeated once after a timeout or 5xx. */
export class Hooks {
  readonly all = new Map<string, Hook>();
  private readonly tenant: OktaTenant;
  private made = 0;

  constructor(tenant: OktaTenant) {
    this.tenant = tenant;
  }

  create(name: string, items: string[], channel: Channel): Hook {
    const now = this.tenant.kit.now();
    this.made += 1;
    const hook: Hook = {
      id: idAt("who", this.tenant.seed ^ Math.floor(now / 1000), this.made, 20),
      name,
      status: "ACTIVE",
      verified: false,
      items,
      channel,
      createdAt: now,
      updatedAt: now,
    };
    this.all.set(hook.id, hook);
    return hook;
  }

  announce(type: EventType, number: number): void {
    if (!type.hookable || this.all.size === 0) return;
    for (const hook of this.all.values()) {
      if (hook.status !== "ACTIVE" || !hook.verified || !hook.items.includes(type.type)) continue;
      const body = JSON.stringify({
        eventType: "com.okta.event_hook",
        eventTypeVersion: "1.0",
        cloudEventsVersion: "0.1",
        source: `${this.tenant.origin}/api/v1/eventHooks/${hook.id}`,
        eventId: randomUUID(),
        data: { events: [this.tenant.record(number)] },
        eventTime: iso(this.tenant.kit.now()),
        contentType: "application/json",
      });
      void this.tenant.kit.deliver({
        tenant: this.tenant,
        url: hook.channel.config.uri,
        headers: { ...headersOf(hook), "content-type": "application/json" },
        body,
        timeoutMs: 3000,
        retryAfterMs: [100],
      });
    }
  }

  /** The one-time challenge: the address must send it back. */
  async verify(hook: Hook): Promise<boolean> {
    const challenge = randomBytes(24).toString("base64url");
    const answer = await this.tenant.kit.deliver({
      tenant: this.tenant,
      url: hook.channel.config.uri,
      method: "GET",
      headers: { ...headersOf(hook), "x-okta-verification-challenge": challenge },
      body: "",
      timeoutMs: 3000,
    });
    try {
      hook.verified =
        answer.status === 200 && (JSON.parse(answer.body) as { verification?: string }).verification === challenge;
    } catch {
      hook.verified = false;
    }
    return hook.verified;
  }

  record(hook: Hook, origin: string): Record<string, unknown> {
    const { authScheme, ...config } = hook.channel.config;
    return {
      id: hook.id,
      status: hook.status,
      verificationStatus: hook.verified ? "VERIFIED" : "UNVERIFIED",
      name: hook.name,
      created: iso(hook.createdAt),
      createdBy: this.tenant.people.idOf(0),
      lastUpdated: iso(hook.updatedAt),
      events: { type: "EVENT_TYPE", items: hook.items, filter: null },
      channel: {
        ...hook.channel,
        config: {
          ...config,
          method: "POST",
          ...(authScheme && { authScheme: { type: authScheme.type, key: authScheme.key } }),
        },
      },
      _links: {
        self: { href: `${origin}/api/v1/eventHooks/${hook.id}` },
        verify: { href: `${origin}/api/v1/eventHooks/${hook.id}/lifecycle/verify` },
      },
    };
  }
}

function headersOf(hook: Hook): Record<string, string> {
  const { headers = [], authScheme } = hook.channel.config;
  return Object.fromEntries([
    ...headers.map(({ key, value }) => [key, value]),
    ...(authScheme?.value ? [[authScheme.key, authScheme.value]] : []),
  ]) as Record<string, string>;
}

const scope = "okta.eventHooks.manage";

export const hookRoutes: ApiRoute[] = [
  api("GET", "/api/v1/eventHooks", "okta.eventHooks.read", (call) => ({
    status: 200,
    body: [...call.tenant.hooks.all.values()].map((hook) => call.tenant.hooks.record(hook, call.origin)),
  })),
  api("POST", "/api/v1/eventHooks", scope, (call) => {
    const given = read(call);
    if ("status" in given) return given;
    if (call.tenant.hooks.all.size >= 25)
      return problem(400, "E0000001", "Api validation failed: eventHook", ["The limit of 25 event hooks is reached"]);
    const hook = call.tenant.hooks.create(given.name, given.items, given.channel);
    tell(call, "event_hook.created", hook);
    return { status: 200, body: call.tenant.hooks.record(hook, call.origin) };
  }),
  api(
    "GET",
    "/api/v1/eventHooks/:id",
    "okta.eventHooks.read",
    withHook((call, hook) => ({ status: 200, body: call.tenant.hooks.record(hook, call.origin) })),
  ),
  api(
    "PUT",
    "/api/v1/eventHooks/:id",
    scope,
    withHook((call, hook) => {
      const given = read(call);
      if ("status" in given) return given;
      const moved = given.channel.config.uri !== hook.channel.config.uri;
      Object.assign(hook, given, { updatedAt: call.tenant.kit.now(), verified: hook.verified && !moved });
      return { status: 200, body: call.tenant.hooks.record(hook, call.origin) };
    }),
  ),
  api(
    "DELETE",
    "/api/v1/eventHooks/:id",
    scope,
    withHook((call, hook) => {
      if (hook.status === "ACTIVE")
        return problem(403, "E0000056", "Delete application forbidden.", ["An active event hook cannot be deleted"]);
      call.tenant.hooks.all.delete(hook.id);
      tell(call, "event_hook.deleted", hook);
      return noContent;
    }),
  ),
  api(
    "POST",
    "/api/v1/eventHooks/:id/lifecycle/verify",
    scope,
    withHook(async (call, hook) => {
      if (!(await call.tenant.hooks.verify(hook)))
        return problem(400, "E0000001", "Api validation failed: eventHook", [
          "The event hook could not be verified: the challenge was not answered",
        ]);
      tell(call, "event_hook.verified", hook);
      return { status: 200, body: call.tenant.hooks.record(hook, call.origin) };
    }),
  ),
  api(
    "POST",
    "/api/v1/eventHooks/:id/lifecycle/activate",
    scope,
    withHook((call, hook) => setStatus(call, hook, "ACTIVE")),
  ),
  api(
    "POST",
    "/api/v1/eventHooks/:id/lifecycle/deactivate",
    scope,
    withHook((call, hook) => setStatus(call, hook, "INACTIVE")),
  ),
];

function read(call: Call): { name: string; items: string[]; channel: Channel } | SandboxResponse {
  const { name, events, channel } = json(call) as { name?: string; events?: { items?: string[] }; channel?: Channel };
  if (!name) return invalid("name", "name: The field cannot be left blank");
  if (!events?.items || events.items.length === 0 || events.items.length > 300)
    return invalid("events", "events.items: between 1 and 300 event types");
  const ineligible = events.items.filter((type) => !eventType(type).hookable);
  if (ineligible.length > 0)
    return invalid("events", `events.items: not eligible for event hooks: ${ineligible.join(", ")}`);
  if (!channel?.config?.uri || !URL.canParse(channel.config.uri))
    return invalid("uri", "channel.config.uri: not a URL");
  return { name, items: events.items, channel };
}

function setStatus(call: Call, hook: Hook, status: Hook["status"]): SandboxResponse {
  hook.status = status;
  tell(call, status === "ACTIVE" ? "event_hook.activated" : "event_hook.deactivated", hook);
  return { status: 200, body: call.tenant.hooks.record(hook, call.origin) };
}

function tell({ tenant, caller }: Call, type: string, hook: Hook): void {
  tenant.append({
    ...caller.actor,
    type,
    targets: [{ id: hook.id, type: "EventHook", alternateId: hook.name, displayName: hook.name, detailEntry: null }],
  });
}

function withHook(run: (call: Call, hook: Hook) => ReturnType<ApiRoute["run"]["run"]>): ApiRoute["run"]["run"] {
  return (call) => {
    const hook = call.tenant.hooks.all.get(call.parameters.id ?? "");
    return hook ? run(call, hook) : notFound("EventHook", call.parameters.id);
  };
}
