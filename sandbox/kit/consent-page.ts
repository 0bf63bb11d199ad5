import type { SandboxRequest, SandboxResponse } from "../provider.ts";
import { formBody } from "./body.ts";

/** What the page asks a person to agree to. */
export interface Consent {
  title: string;
  app: string;
  tenant: string;
  scopes: string[];
}

/** Parameters of a consent request: of the query, or of the form that the page posts back. */
export function consentParameters(request: SandboxRequest): URLSearchParams {
  return request.method === "POST" ? formBody(request) : request.query;
}

/** The page on which a person allows or denies. It posts what it was asked with, and the decision, back to itself. */
export function consentPage(parameters: URLSearchParams, consent: Consent): SandboxResponse {
  const hidden = [...parameters].map(
    ([name, value]) => `<input type="hidden" name="${escapeMarkup(name)}" value="${escapeMarkup(value)}">`,
  );
  const scopes = consent.scopes.map((scope) => `<li>${escapeMarkup(scope)}</li>`);
  return htmlPage(
    200,
    consent.title,
    `<p>${escapeMarkup(consent.app)} asks for access to ${escapeMarkup(consent.tenant)}.</p>
<ul>${scopes.join("")}</ul>
<form method="post">
${hidden.join("\n")}
<button type="submit" id="allow" name="decision" value="allow">Allow</button>
<button type="submit" id="deny" name="decision" value="deny">Cancel</button>
</form>`,
  );
}

/** Sends the person back to the app. */
export function redirectBack(redirectUri: string, parameters: Record<string, string | null>): SandboxResponse {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.href, "cache-control": "no-store" } };
}

export function htmlPage(status: number, title: string, content: string): SandboxResponse {
  return {
    status,
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
    body: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeMarkup(title)}</title></head>
<body><h1>${escapeMarkup(title)}</h1>
${content}
</body></html>
`,
  };
}

export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
