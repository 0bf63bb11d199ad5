import { randomInt } from "node:crypto";
import { type Api, type OpenCall, open } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import { consentParameters, escapeMarkup, htmlPage } from "../../kit/consent-page.ts";
import type { SandboxKit, SandboxRequest, SandboxResponse } from "../../provider.ts";
import { tenantNamed } from "../../tokens.ts";
import { parameter } from "./access.ts";
import { badParameter, graphError, noAppToken, unavailable, unknownObject } from "./answers.ts";
import { allGroups } from "./app.ts";
import { securityFields } from "./events.ts";
import { type SecurityHook, signedBy } from "./hooks.ts";
import type { WorkplaceTenant } from "./tenant.ts";

type AppCall = OpenCall<WorkplaceTenant>;

const topic = "workplace_security";

/** What is asked of an app instead of a community: installing it, trading a code for a token, and its webhooks. */
export const appApi: Api<WorkplaceTenant, never> = {
  routes: [
    open("GET", "/dialog/work_app_install", dialog),
    open("POST", "/dialog/work_app_install", dialog),
    open("GET", "/oauth/access_token", exchange),
    open("GET", "/:app/subscriptions", asApp(listSubscriptions)),
    open("POST", "/:app/subscriptions", asApp(subscribe)),
    open("DELETE", "/:app/subscriptions", asApp(unsubscribe)),
  ],
  find(request, kit) {
    const [tenant] = communitiesOf(kit, appIdOf(request));
    if (tenant) return { tenant };
    const message = "Error validating application. Cannot get application info due to a system error.";
    return { refusal: graphError({ status: 400, code: 101, message }) };
  },
  serverError: (_, status) => graphError(unavailable(status)),
  rateLimited: (_, seconds) => graphError({ ...unavailable(503), message: `Wait ${seconds} seconds` }),
  authenticate: ({ request }) => ({ refusal: graphError(unknownObject(request.path)) }),
  refuse: () => undefined,
  noRoute: ({ request }) => graphError(unknownObject(request.path)),
};

function appIdOf({ path, query }: SandboxRequest): string {
  return /^\/(\d+)\/subscriptions$/.exec(path)?.[1] ?? query.get("app_id") ?? query.get("client_id") ?? "";
}

/** Communities an app can be added to: those it belongs to. */
function communitiesOf(kit: SandboxKit, appId: string): WorkplaceTenant[] {
  return (kit.tenants("workplace") as WorkplaceTenant[]).filter(({ app }) => app.id === appId);
}

/** The page on which a system administrator adds the app: organisation, all groups, add. It posts back to itself. */
function dialog({ tenant, request }: AppCall): SandboxResponse {
  const communities = communitiesOf(tenant.kit, tenant.app.id);
  const asked = new URLSearchParams(request.query);
  for (const [name, value] of consentParameters(request)) asked.set(name, value);
  const decision = communities.some(({ faults }) => faults.denyConsent) ? "deny" : asked.get("decision");
  const chosen = communities.find(({ communityId }) => communityId === asked.get("community"));
  if (decision === "deny" || (decision === "allow" && chosen)) {
    asked.set("decision", decision);
    asked.set("client_id", tenant.app.id);
    asked.set("scope", asked.get("groups") === "all" ? allGroups : "specific");
    return (chosen ?? tenant).oauth.authorize({ ...request, method: "POST", body: Buffer.from(asked.toString()) });
  }
  const options = communities.map(
    ({ communityId, options: { name } }) => `<option value="${communityId}">${escapeMarkup(name)}</option>`,
  );
  return htmlPage(
    200,
    "Add an app to Workplace",
    `<form method="post">
<p><label for="community">Organisation</label>
<select id="community" name="community">${options.join("")}</select></p>
<p><label><input type="radio" id="all-groups" name="groups" value="all"> All groups</label>
<label><input type="radio" id="specific-groups" name="groups" value="specific" checked> Specific groups</label></p>
<button type="submit" id="allow" name="decision" value="allow">Add to Workplace</button>
<button type="submit" id="deny" name="decision" value="deny">Cancel</button>
</form>`,
  );
}

/** A code for the token of one community; it names the community. */
function exchange({ tenant, request }: AppCall): SandboxResponse {
  const form = new URLSearchParams(request.query);
  const name = tenantNamed(form.get("code") ?? "", "");
  const named = communitiesOf(tenant.kit, tenant.app.id).find(({ options }) => options.name === name);
  form.set("grant_type", "authorization_code");
  return (named ?? tenant).oauth.token({ ...request, method: "POST", body: Buffer.from(form.toString()) });
}

/** With the app's own token, `{appId}|{appSecret}`. */
function asApp(run: (call: AppCall) => SandboxResponse | Promise<SandboxResponse>): typeof run {
  return (call) => {
    const { id, secret } = call.tenant.app;
    return credentialOf(call.request, "Bearer") === `${id}|${secret}` ? run(call) : graphError(noAppToken);
  };
}

function listSubscriptions({ tenant }: AppCall): SandboxResponse {
  const data = [...tenant.hooks.all.values()].map(({ id, url, active, fields }) => ({
    object: id,
    callback_url: url,
    active,
    fields: fields.map((name) => ({ name, version: "v18.0" })),
  }));
  return { status: 200, body: { data } };
}

async function subscribe({ tenant, request }: AppCall): Promise<SandboxResponse> {
  if (parameter(request, "object") !== topic) return graphError(badParameter(`Param object must be one of {${topic}}`));
  const fields = (parameter(request, "fields") ?? "").split(",").map((field) => field.trim());
  const unknown = fields.find((field) => !securityFields.some((one) => one === field));
  if (unknown !== undefined) return graphError(badParameter(`Invalid field for ${topic}: ${unknown || "none given"}`));
  const url = parameter(request, "callback_url") ?? "";
  if (!URL.canParse(url)) return graphError(badParameter("Param callback_url must be a valid URL"));
  const hook: SecurityHook = { id: topic, url, active: true, fields, sign: signedBy(tenant.app) };
  if (!(await answersChallenge(tenant, hook, parameter(request, "verify_token") ?? ""))) {
    const message = "(#2200) Callback verification failed: the URL did not answer with the challenge.";
    return graphError({ status: 400, code: 2200, message });
  }
  for (const community of communitiesOf(tenant.kit, tenant.app.id)) community.hooks.add(hook);
  return { status: 200, body: { success: true } };
}

/** The callback proves that it knows the verify token by answering a number it was sent. */
async function answersChallenge(tenant: WorkplaceTenant, hook: SecurityHook, verifyToken: string): Promise<boolean> {
  const challenge = String(randomInt(100_000_000, 2_000_000_000));
  const url = new URL(hook.url);
  url.searchParams.set("hub.mode", "subscribe");
  url.searchParams.set("hub.challenge", challenge);
  url.searchParams.set("hub.verify_token", verifyToken);
  const headers = { "user-agent": "facebookplatform/1.0 (+http://developers.facebook.com)" };
  return await tenant.hooks.challenge(hook, { url: url.href, headers }, (body) => body.trim() === challenge);
}

function unsubscribe({ tenant, request }: AppCall): SandboxResponse {
  const object = parameter(request, "object") ?? topic;
  for (const community of communitiesOf(tenant.kit, tenant.app.id)) community.hooks.all.delete(object);
  return { status: 200, body: { success: true } };
}
