import type { SandboxKit, SandboxRequest, SandboxResponse } from "../../provider.ts";
import { parameter } from "./access.ts";
import { graphError } from "./answers.ts";
import { WorkplaceTenant } from "./tenant.ts";

/** Communities an app can be added to: those it belongs to. */
export function communitiesOf(kit: SandboxKit, appId: string): WorkplaceTenant[] {
  return kit
    .tenants("workplace")
    .filter((tenant): tenant is WorkplaceTenant => tenant instanceof WorkplaceTenant && tenant.app.id === appId);
}

/** The page on which a system administrator adds the app: organisation, all groups, add. It posts back to itself. */
export function dialog(request: SandboxRequest, kit: SandboxKit): SandboxResponse {
  const form = request.method === "POST" ? new URLSearchParams(request.body.toString("utf8")) : null;
  const asked = (name: string) => form?.get(name) ?? request.query.get(name) ?? "";
  const communities = communitiesOf(kit, asked("app_id"));
  const [first] = communities;
  if (!first) return html(400, page("Invalid App ID", "<p>The provided app ID does not look like a valid app ID.</p>"));
  const redirectUri = asked("redirect_uri");
  if (!URL.canParse(redirectUri))
    return html(400, page("URL Blocked", "<p>This redirect failed because the redirect URI is not allowed.</p>"));

  const back = (parameters: Record<string, string>): SandboxResponse => {
    const url = new URL(redirectUri);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    if (asked("state")) url.searchParams.set("state", asked("state"));
    return { status: 302, headers: { location: url.href, "cache-control": "no-store" }, tenant: first };
  };
  const denied = communities.some((tenant) => tenant.faults.denyConsent);
  if (denied || form?.get("decision") === "deny") {
    return back({
      error: "access_denied",
      error_code: "200",
      error_reason: "user_denied",
      error_description: "Permissions error",
    });
  }
  if (form?.get("decision") === "allow") {
    const chosen = communities.find((tenant) => tenant.communityId === form.get("community"));
    if (!chosen) return html(400, page("Choose an organisation", "<p>Choose the organisation to add the app to.</p>"));
    const groups = form.get("groups") === "all" ? "all" : "specific";
    const code = chosen.app.grantCode(chosen.options.name, redirectUri, groups, kit.now());
    chosen.append({ name: "INTEGRATION_ADDED", target: 0, actor: chosen.partyAt(0) });
    return back({ code });
  }

  const hidden = ["app_id", "redirect_uri", "state"]
    .filter((name) => asked(name))
    .map((name) => `<input type="hidden" name="${name}" value="${escapeMarkup(asked(name))}">`);
  const options = communities.map(
    (tenant) => `<option value="${tenant.communityId}">${escapeMarkup(tenant.options.name)}</option>`,
  );
  const content = `<form method="post">
${hidden.join("\n")}
<p><label for="community">Organisation</label>
<select id="community" name="community">${options.join("")}</select></p>
<p><label><input type="radio" id="all-groups" name="groups" value="all"> All groups</label>
<label><input type="radio" id="specific-groups" name="groups" value="specific" checked> Specific groups</label></p>
<button type="submit" id="allow" name="decision" value="allow">Add to Workplace</button>
<button type="submit" id="deny" name="decision" value="deny">Cancel</button>
</form>`;
  return { ...html(200, page("Add an app to Workplace", content)), tenant: first };
}

/** `GET https://graph.facebook.com/oauth/access_token`: a code for the token of one community. */
export function exchange(request: SandboxRequest, kit: SandboxKit): SandboxResponse {
  const wrong = (code: number, message: string, error_subcode?: number) =>
    graphError(400, { message, code, ...(error_subcode === undefined ? {} : { error_subcode }) });
  const appId = parameter(request, "client_id") ?? "";
  const [owner] = communitiesOf(kit, appId);
  if (!owner) return wrong(101, "Error validating application. Cannot get application info due to a system error.");
  if (parameter(request, "client_secret") !== owner.app.secret)
    return { ...wrong(1, "Error validating client secret."), tenant: owner };
  const code = owner.app.code(parameter(request, "code") ?? "");
  if (!code) return { ...wrong(100, "Invalid verification code format."), tenant: owner };
  const used = code.used;
  code.used = true;
  if (used) return { ...wrong(100, "This authorization code has been used.", 36009), tenant: owner };
  if (code.expiresAt <= kit.now())
    return { ...wrong(100, "This authorization code has expired.", 36007), tenant: owner };
  if (code.redirectUri !== parameter(request, "redirect_uri")) {
    const message =
      "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request";
    return { ...wrong(100, message, 36008), tenant: owner };
  }
  const tenant = kit.tenant("workplace", code.community);
  if (!(tenant instanceof WorkplaceTenant)) return wrong(100, "The community does not exist any more.");
  const accessToken = tenant.newToken("app", `${appId}/${kit.now()}`, code.groups);
  return { status: 200, tenant, body: { access_token: accessToken, token_type: "bearer" } };
}

function html(status: number, body: string): SandboxResponse {
  return { status, headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }, body };
}

function page(title: string, content: string): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${title} | Workplace</title></head>
<body><h1>${title}</h1>
${content}
</body></html>
`;
}

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
