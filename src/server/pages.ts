import type { ServerResponse } from "node:http";
import type { Viewer } from "#src/access/viewer.ts";
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

export function homePage(viewer: Viewer | null): string {
  if (!viewer)
    return renderPage(
      "Welcome",
      `<h1>One API for your cloud apps</h1>
<p>Accounts, groups, activities and settings of every connected app, as one GraphQL API with real-time subscriptions.</p>
<p><a class="button" href="/signin">Sign in</a></p>`,
    );
  const scope = viewer.instanceIds === null ? "all instances" : `${viewer.instanceIds.length} instances`;
  return renderPage(
    "Home",
    `<h1>One API for your cloud apps</h1>
<p>Signed in as <strong>${escapeHtml(viewer.name)}</strong> <span class="tag">${viewer.role}</span> <span class="muted">${scope}</span></p>
<ul class="cards">
<li><a href="/graphiql"><strong>GraphiQL</strong><span>Explore the schema, run queries, watch activities arrive.</span></a></li>
<li><a href="/schema.graphql"><strong>Schema</strong><span>Everything the API offers, as SDL.</span></a></li>
<li><a href="/readyz"><strong>Readiness</strong><span>Whether this gateway can serve now, and why not.</span></a></li>
</ul>
<form method="post" action="/signout"><button class="quiet">Sign out</button></form>`,
  );
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
