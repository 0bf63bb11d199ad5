import { randomInt } from "node:crypto";
import type { SandboxKit, SandboxRequest, SandboxResponse } from "../../provider.ts";
import { parameter, tokenOf } from "./access.ts";
import { graphError } from "./answers.ts";
import type { Subscription } from "./app.ts";
import { securityFields } from "./events.ts";
import { communitiesOf } from "./install.ts";
import type { WorkplaceTenant } from "./tenant.ts";

const topics: Record<string, readonly string[]> = {
  workplace_security: securityFields,
  group: ["posts", "comments", "membership", "events"],
  user: ["status", "message_sends", "events"],
  page: ["messages", "mention"],
};

/** `/{app-id}/subscriptions`, with the app's own token `{appId}|{appSecret}`. */
export async function subscriptions(request: SandboxRequest, kit: SandboxKit, appId: string): Promise<SandboxResponse> {
  const [tenant] = communitiesOf(kit, appId);
  if (!tenant) return graphError(404, { message: `(#803) Unknown app: ${appId}`, code: 803 });
  return { ...(await answer(request, kit, tenant)), tenant };
}

async function answer(request: SandboxRequest, kit: SandboxKit, tenant: WorkplaceTenant): Promise<SandboxResponse> {
  const { app } = tenant;
  if (tokenOf(request) !== app.token) {
    return graphError(401, {
      message: "Invalid OAuth access token signature. An app access token is required.",
      code: 190,
    });
  }
  if (request.method === "GET") return { status: 200, body: { data: [...app.subscriptions].map(describe) } };

  const topic = parameter(request, "object");
  if (request.method === "DELETE") {
    if (topic === null) app.subscriptions.clear();
    else app.subscriptions.delete(topic);
    return { status: 200, body: { success: true } };
  }
  const known = topics[topic ?? ""];
  if (!topic || !known)
    return graphError(400, { message: "(#100) Param object must be one of the topics of Workplace", code: 100 });
  const fields = (parameter(request, "fields") ?? "")
    .split(",")
    .map((field) => field.trim())
    .filter((field) => field !== "");
  const unknown = fields.find((field) => !known.includes(field));
  if (unknown !== undefined || fields.length === 0) {
    return graphError(400, { message: `(#100) Invalid field for ${topic}: ${unknown ?? "none given"}`, code: 100 });
  }
  const subscription = {
    callbackUrl: parameter(request, "callback_url") ?? "",
    verifyToken: parameter(request, "verify_token") ?? "",
    fields,
  };
  if (!URL.canParse(subscription.callbackUrl))
    return graphError(400, { message: "(#100) Param callback_url must be a valid URL", code: 100 });
  if (!(await handshake(kit, tenant, subscription))) {
    return graphError(400, {
      message: "(#2200) Callback verification failed: the URL did not answer with the challenge.",
      code: 2200,
    });
  }
  app.subscriptions.set(topic, subscription);
  return { status: 200, body: { success: true } };
}

/** The callback proves that it knows the verify token by answering a number it was sent. */
async function handshake(
  kit: SandboxKit,
  tenant: WorkplaceTenant,
  { callbackUrl, verifyToken }: Subscription,
): Promise<boolean> {
  const challenge = String(randomInt(100_000_000, 2_000_000_000));
  const url = new URL(callbackUrl);
  url.searchParams.set("hub.mode", "subscribe");
  url.searchParams.set("hub.challenge", challenge);
  url.searchParams.set("hub.verify_token", verifyToken);
  const headers = { "user-agent": "facebookplatform/1.0 (+http://developers.facebook.com)" };
  const { status, body } = await kit.deliver({ tenant, method: "GET", url: url.href, headers, body: "" });
  return status === 200 && body.trim() === challenge;
}

function describe([object, { callbackUrl, fields }]: [string, Subscription]): unknown {
  return {
    object,
    callback_url: callbackUrl,
    active: true,
    fields: fields.map((name) => ({ name, version: "v18.0" })),
  };
}
