import { randomBytes, randomInt } from "node:crypto";
import { idAt } from "../../generator.ts";
import { finding, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { answers } from "../../kit/webhooks.ts";
import type { SandboxResponse } from "../../provider.ts";
import type { Caller, OktaCall } from "./access.ts";
import { invalid, noContent, notFound, ok, problem } from "./answers.ts";
import type { OktaRoute } from "./calls.ts";
import { eventType } from "./event-types.ts";
import { type Channel, Hook, type HookSettings } from "./hooks.ts";
import { target } from "./targets.ts";
import type { OktaTenant } from "./tenant.ts";

const manage = "okta.eventHooks.manage";

const withHook = finding<OktaTenant, Caller, Hook>(
  "id",
  ({ tenant }, id) => tenant.hooks.all.get(id),
  notFound("EventHook"),
);

export const hookRoutes: OktaRoute[] = [
  guarded("GET", "/api/v1/eventHooks", "okta.eventHooks.read", (call) =>
    ok([...call.tenant.hooks.all.values()].map((hook) => record(call, hook))),
  ),
  guarded("POST", "/api/v1/eventHooks", manage, (call) => {
    const { hooks } = call.tenant;
    const settings = read(call);
    if ("status" in settings) return settings;
    if (hooks.all.size >= 25) return invalid("eventHook", "The limit of 25 event hooks is reached");
    const id = idAt("who", randomInt(2 ** 31), 1, 20);
    const hook = hooks.add(new Hook(id, settings, call.now));
    return logged(call, "created", hook);
  }),
  guarded("PUT", "/api/v1/eventHooks/:id", manage, withHook(replaceHook)),
  guarded("DELETE", "/api/v1/eventHooks/:id", manage, withHook(deleteHook)),
  guarded("POST", "/api/v1/eventHooks/:id/lifecycle/verify", manage, withHook(verifyHook)),
  guarded("POST", "/api/v1/eventHooks/:id/lifecycle/activate", manage, withHook(setStatus("ACTIVE", "activated"))),
  guarded(
    "POST",
    "/api/v1/eventHooks/:id/lifecycle/deactivate",
    manage,
    withHook(setStatus("INACTIVE", "deactivated")),
  ),
];

function replaceHook(call: OktaCall, hook: Hook): SandboxResponse {
  const settings = read(call);
  if ("status" in settings) return settings;
  // Another address has to prove itself again.
  hook.verified &&= settings.channel.config.uri === hook.url;
  hook.settle(settings, call.now);
  return ok(record(call, hook));
}

function deleteHook(call: OktaCall, hook: Hook): SandboxResponse {
  if (hook.status === "ACTIVE")
    return problem(403, "E0000056", "Delete application forbidden.", ["An active event hook cannot be deleted"]);
  call.tenant.hooks.all.delete(hook.id);
  logged(call, "deleted", hook);
  return noContent;
}

async function verifyHook(call: OktaCall, hook: Hook): Promise<SandboxResponse> {
  const challenge = randomBytes(24).toString("base64url");
  const headers = { "x-okta-verification-challenge": challenge };
  hook.verified = await call.tenant.hooks.challenge(hook, { headers }, answers("verification", challenge));
  return hook.verified
    ? logged(call, "verified", hook)
    : invalid("eventHook", "The event hook could not be verified: the challenge was not answered");
}

function setStatus(status: Hook["status"], done: string) {
  return (call: OktaCall, hook: Hook): SandboxResponse => {
    hook.status = status;
    return logged(call, done, hook);
  };
}

function read(call: OktaCall): HookSettings | SandboxResponse {
  const { name, events, channel } = (jsonBody(call.request) ?? {}) as {
    name?: string;
    events?: { items?: string[] };
    channel?: Channel;
  };
  const items = events?.items ?? [];
  if (!name) return invalid("name", "name: The field cannot be left blank");
  if (items.length === 0 || items.length > 300) return invalid("events", "events.items: between 1 and 300 event types");
  const ineligible = items.filter((type) => !eventType(type).hookable);
  if (ineligible.length > 0)
    return invalid("events", `events.items: not eligible for event hooks: ${ineligible.join(", ")}`);
  if (!channel?.config?.uri || !URL.canParse(channel.config.uri))
    return invalid("uri", "channel.config.uri: not a URL");
  return { name, items, channel };
}

function record({ tenant, origin }: OktaCall, hook: Hook): Record<string, unknown> {
  return hook.record(origin, tenant.people.idOf(0));
}

/** Writes the event of what was done to a hook, and answers the hook. */
function logged(call: OktaCall, done: string, hook: Hook): SandboxResponse {
  const { tenant, caller } = call;
  const targets = [target("EventHook", hook.id, hook.settings.name)];
  tenant.append({ ...caller.actor, type: `event_hook.${done}`, targets });
  return ok(record(call, hook));
}
