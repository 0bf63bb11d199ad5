import { createHash } from "node:crypto";
import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import { escapeMarkup, html, oauthError } from "./answers.ts";
import { tokenLifetimeMs } from "./api-client.ts";
import type { WorkdayTenant } from "./tenant.ts";

/** The page on which a signed-in administrator allows the API client; the form posts back to its own address. */
export function authorize(request: SandboxRequest, tenant: WorkdayTenant, now: number): SandboxResponse {
  const form = request.method === "POST" ? new URLSearchParams(request.body.toString("utf8")) : null;
  const asked = (name: string) => form?.get(name) ?? request.query.get(name) ?? "";
  const redirectUri = asked("redirect_uri");
  if (asked("client_id") !== tenant.client.id)
    return html(400, page("Invalid request", "<p>Unknown or disabled API client: invalid client_id.</p>"));
  if (!URL.canParse(redirectUri))
    return html(400, page("Invalid request", "<p>The redirection URI does not match the one registered.</p>"));

  const back = (parameters: Record<string, string>): SandboxResponse => {
    const url = new URL(redirectUri);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    if (asked("state")) url.searchParams.set("state", asked("state"));
    return { status: 302, headers: { location: url.href, "cache-control": "no-store" } };
  };
  if (asked("response_type") !== "code") return back({ error: "unsupported_response_type" });
  const decision = tenant.faults.denyConsent ? "deny" : form?.get("decision");
  if (decision === "deny") return back({ error: "access_denied", error_description: "The user denied the request." });
  if (decision === "allow")
    return back({ code: tenant.client.grantCode(redirectUri, asked("code_challenge") || null, now) });

  const kept = ["response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method"];
  const hidden = kept
    .filter((name) => asked(name))
    .map((name) => `<input type="hidden" name="${name}" value="${escapeMarkup(asked(name))}">`);
  return html(
    200,
    page(
      "Allow access",
      `<p>You are signed in to <strong>${escapeMarkup(tenant.options.name)}</strong> as ${escapeMarkup(tenant.isu.name)}.</p>
<p>The API client <strong>Activity reader</strong> asks for access to these functional areas: Staffing, System.</p>
<form method="post">
${hidden.join("\n")}
<button type="submit" id="allow" name="decision" value="allow">Allow</button>
<button type="submit" id="deny" name="decision" value="deny">Deny</button>
</form>`,
    ),
  );
}

export function token(request: SandboxRequest, tenant: WorkdayTenant, now: number): SandboxResponse {
  const form = new URLSearchParams(request.body.toString("utf8"));
  const { id, secret } = clientOf(request, form);
  const { client } = tenant;
  if (id !== client.id || secret !== client.secret)
    return oauthError(401, "invalid_client", "Client authentication failed.");
  if (tenant.faults.revoked)
    return oauthError(400, "invalid_grant", "The refresh token is invalid, expired or revoked.");

  let refreshToken: string;
  if (form.get("grant_type") === "authorization_code") {
    const code = client.takeCode(form.get("code") ?? "", now);
    if (!code)
      return oauthError(400, "invalid_grant", "The authorization code is invalid, expired or was already used.");
    if (code.redirectUri !== form.get("redirect_uri"))
      return oauthError(400, "invalid_grant", "redirect_uri does not match the authorization request.");
    if (
      code.challenge &&
      createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url") !== code.challenge
    ) {
      return oauthError(400, "invalid_grant", "code_verifier does not match the code_challenge.");
    }
    refreshToken = client.newRefreshToken();
  } else if (form.get("grant_type") === "refresh_token") {
    refreshToken = form.get("refresh_token") ?? "";
    if (!client.acceptsRefreshToken(refreshToken, now))
      return oauthError(400, "invalid_grant", "The refresh token is invalid, expired or revoked.");
  } else {
    return oauthError(400, "unsupported_grant_type", "grant_type must be authorization_code or refresh_token.");
  }
  return {
    status: 200,
    headers: { "cache-control": "no-store" },
    body: {
      refresh_token: refreshToken,
      token_type: "Bearer",
      access_token: client.newAccessToken(now),
      expires_in: tokenLifetimeMs / 1000,
    },
  };
}

/** Workday takes the client from HTTP Basic or from the form. */
function clientOf(request: SandboxRequest, form: URLSearchParams): { id: string; secret: string } {
  const [scheme, value] = (request.headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() !== "basic" || !value)
    return { id: form.get("client_id") ?? "", secret: form.get("client_secret") ?? "" };
  const decoded = Buffer.from(value, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  const part = (encoded: string) => {
    try {
      return decodeURIComponent(encoded.replaceAll("+", " "));
    } catch {
      return encoded;
    }
  };
  return { id: part(decoded.slice(0, colon)), secret: part(decoded.slice(colon + 1)) };
}

function page(title: string, content: string): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${title} - Workday</title></head>
<body><h1>${title}</h1>
${content}
</body></html>
`;
}
