import type { ServerResponse } from "node:http";
import { escapeHtml } from "#src/platform/text.ts";
import { version } from "#src/platform/version.ts";
import { assetPath } from "./assets.ts";
import { send } from "./request.ts";

/** A whole page around `body`, which is HTML already: escape what comes from outside. No scripts, styles from our own file. */
export function renderPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} · Gatehouse</title>
<link rel="icon" href="${assetPath("icon.svg")}">
<link rel="stylesheet" href="${assetPath("pages.css")}">
</head>
<body>
<main>
<p class="brand"><img src="${assetPath("icon.svg")}" alt="" width="28" height="28"> Gatehouse</p>
${body}
</main>
<footer>Gatehouse ${escapeHtml(version)} · <a href="https://db-ip.com">IP Geolocation by DB-IP</a></footer>
</body>
</html>
`;
}

const strictPolicy =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** GraphiQL styles elements as it goes; scripts come from our files alone, and nothing connects elsewhere. */
export const graphiqlPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
  "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export function sendPage(
  response: ServerResponse,
  status: number,
  html: string,
  { policy = strictPolicy, referrer = "same-origin", headers = {} as Record<string, string | string[]> } = {},
): void {
  send(
    response,
    status,
    {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": policy,
      "referrer-policy": referrer,
      ...headers,
    },
    html,
  );
}

export function redirect(
  response: ServerResponse,
  location: string,
  headers: Record<string, string | string[]> = {},
): void {
  send(response, 303, { location, "cache-control": "no-store", "referrer-policy": "no-referrer", ...headers });
}

/** Only a path of ours: never `//other.example` nor `/\other.example`. */
export function safeNext(next: string | null | undefined): string {
  return next && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.includes("\\") ? next : "/";
}

export function signInPage({ error, next, oidc }: { error?: string; next: string; oidc: boolean }): string {
  const target = escapeHtml(next);
  return renderPage(
    "Sign in",
    `<h1>Sign in</h1>
${error ? `<p class="error" role="alert">${escapeHtml(error)}</p>` : ""}
${oidc ? `<p><a class="button" href="/signin/oidc?next=${encodeURIComponent(next)}">Continue with your organisation</a></p>` : ""}
<p>Open a one-time sign-in link. On the machine that runs Gatehouse, this command prints one:</p>
<pre>npx gatehouse signin</pre>
<p>Or paste an API token.</p>
<form method="post" action="/signin" autocomplete="off">
<input type="hidden" name="next" value="${target}">
<label for="token">API token</label>
<input id="token" name="token" type="password" required autofocus placeholder="ght_…" spellcheck="false">
<button>Sign in</button>
</form>
<p class="muted">No token? <code>npx gatehouse token create --name you --role ADMIN</code> creates one.</p>`,
  );
}

export function messagePage(title: string, message: string): string {
  return renderPage(
    title,
    `<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(message)}</p>\n<p><a href="/">Back to Gatehouse</a></p>`,
  );
}
