import { createHash, randomBytes } from "node:crypto";
import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import { sealToken } from "../../tokens.ts";
import type { GithubTenant } from "./tenant.ts";

interface Code {
  redirectUri: string;
  scopes: string[];
  challenge: string | undefined;
  expiresAt: number;
}

const codeLifetimeMs = 600_000;

/** What the OAuth app of one tenant has going on. */
export class WebFlow {
  /** The registered redirect URI; unset: any. */
  callback: string | undefined;
  readonly codes = new Map<string, Code>();
}

/** `GET` shows the consent page, `POST` is one of its buttons. */
export function authorize(tenant: GithubTenant, request: SandboxRequest): SandboxResponse {
  const asked = request.method === "POST" ? new URLSearchParams(request.body.toString("utf8")) : request.query;
  const { callback } = tenant.web;
  const redirectUri = asked.get("redirect_uri") ?? callback;
  if (!redirectUri || !URL.canParse(redirectUri)) return page(400, "<p>The redirect_uri is missing or not a URL.</p>");
  if (callback && redirectUri !== callback)
    return back(callback, asked, {
      error: "redirect_uri_mismatch",
      error_description: "The redirect_uri MUST match the registered callback URL for this application.",
    });
  const challenge = asked.get("code_challenge") ?? undefined;
  if (challenge && asked.get("code_challenge_method") !== "S256") {
    return back(redirectUri, asked, {
      error: "invalid_request",
      error_description: "The code_challenge_method must be S256.",
    });
  }
  const decision = tenant.faults.denyConsent ? "deny" : request.method === "POST" ? asked.get("decision") : undefined;
  if (decision === "deny")
    return back(redirectUri, asked, {
      error: "access_denied",
      error_description: "The user has denied your application access.",
    });
  if (decision !== "allow") return page(200, consentForm(tenant, request.query));
  const code = randomBytes(10).toString("hex");
  const scopes = (asked.get("scope") ?? "").split(/[\s,]+/).filter(Boolean);
  tenant.web.codes.set(code, { redirectUri, scopes, challenge, expiresAt: tenant.kit.now() + codeLifetimeMs });
  return back(redirectUri, asked, { code });
}

/** Swaps the code for a token. GitHub answers 200 also to say no. */
export function accessToken(tenant: GithubTenant, request: SandboxRequest): SandboxResponse {
  const form = readForm(request);
  const { clientSecret } = tenant.credentials();
  if (form.get("client_secret") !== clientSecret)
    return refusal(request, "incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.");
  const badCode = (): SandboxResponse =>
    refusal(request, "bad_verification_code", "The code passed is incorrect or expired.");
  const given = form.get("code") ?? "";
  const code = tenant.web.codes.get(given);
  tenant.web.codes.delete(given);
  const now = tenant.kit.now();
  if (!code || code.expiresAt < now || tenant.faults.revoked) return badCode();
  const redirectUri = form.get("redirect_uri");
  if (redirectUri && redirectUri !== code.redirectUri)
    return refusal(
      request,
      "redirect_uri_mismatch",
      "The redirect_uri MUST match the registered callback URL for this application.",
    );
  if (
    code.challenge &&
    createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url") !== code.challenge
  )
    return badCode();
  const token = sealToken(tenant.options, "gho_", {
    tenant: tenant.options.name,
    kind: "oauth",
    id: randomBytes(6).toString("hex"),
    scopes: code.scopes,
  });
  tenant.record("oauth_authorization.create", tenant.owner, {
    oauth_application_name: "Gatehouse",
    scopes: code.scopes,
  });
  return encode(request, { access_token: token, scope: code.scopes.join(","), token_type: "bearer" });
}

export function readForm(request: SandboxRequest): URLSearchParams {
  const text = request.body.toString("utf8");
  if (!request.headers["content-type"]?.includes("json")) return new URLSearchParams(text || request.query.toString());
  return new URLSearchParams(Object.entries(JSON.parse(text) as Record<string, string>));
}

function refusal(request: SandboxRequest, error: string, description: string): SandboxResponse {
  return encode(request, {
    error,
    error_description: description,
    error_uri: "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors",
  });
}

/** JSON when asked for, otherwise a form, as GitHub does. */
export function encode(request: SandboxRequest, fields: Record<string, string>): SandboxResponse {
  if (request.headers.accept?.includes("json")) return { status: 200, body: fields };
  return {
    status: 200,
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    body: new URLSearchParams(fields).toString(),
  };
}

function back(redirectUri: string, asked: URLSearchParams, answer: Record<string, string>): SandboxResponse {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  const state = asked.get("state");
  if (state !== null) url.searchParams.set("state", state);
  return { status: 302, headers: { location: url.href, "cache-control": "no-store" }, body: "" };
}

function consentForm(tenant: GithubTenant, asked: URLSearchParams): string {
  const hidden = [...asked]
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join("\n");
  const scopes = (asked.get("scope") ?? "").split(/[\s,]+/).filter(Boolean);
  return `<h1>Authorize Gatehouse</h1>
<p>Gatehouse wants to access the <strong>${escapeHtml(tenant.org.login)}</strong> organization as <strong>${escapeHtml(tenant.owner)}</strong>.</p>
<ul>${scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join("")}</ul>
<form method="post" action="/github.com/login/oauth/authorize">
${hidden}
<button id="deny" name="decision" value="deny">Cancel</button>
<button id="allow" name="decision" value="allow">Authorize</button>
</form>`;
}

export function page(status: number, content: string): SandboxResponse {
  const body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>GitHub (sandbox)</title>
<style>body{font:16px system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.5rem 1.5rem}</style></head>
<body>
${content}
<p><small>This is the provider sandbox, not GitHub.</small></p>
</body>
</html>
`;
  return { status, headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }, body };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
