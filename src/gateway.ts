import type { Registry } from "prom-client";
import type { Database } from "#db/client.ts";
import type { Pulse } from "#db/pulse.ts";
import { createShares } from "#db/shares.ts";
import { type ContextParts, createContext } from "#schema/context.ts";
import { printedSchema, schema } from "#schema/index.ts";
import { createAuthenticator } from "#src/access/authenticate.ts";
import { cookieHeader, sessionCookieName } from "#src/access/sessions.ts";
import { ownerOf, systemViewer, type Viewer } from "#src/access/viewer.ts";
import type { Config } from "#src/config.ts";
import type { Core } from "#src/core.ts";
import { DatabaseUnavailableError } from "#src/errors.ts";
import { findWebhook, receiveWebhook } from "#src/ingest/webhooks/receive.ts";
import { completeAuthorization } from "#src/instances/authorization.ts";
import { consentCookieSeconds, openConsentLink } from "#src/instances/consent-link.ts";
import { within } from "#src/platform/deadline.ts";
import type { Part } from "#src/platform/stopping.ts";
import { escapeHtml } from "#src/platform/text.ts";
import { createTailer } from "#src/realtime/tailer.ts";
import { lookForRestore } from "#src/response/restore/notice.ts";
import { createServer, renderPage } from "#src/server/server.ts";

/** What a gateway needs of its process. */
export interface Gateway {
  /** Its `db` is that of `queries`. */
  core: Core;
  config: Config;
  port: number;
  queries: Database;
  /** Where the database states that the log has grown. */
  listener: Database["sql"];
  pulse: Pulse;
  registry: Registry;
  /** What has to end with the process. */
  running: { work: Part[]; links: Part[] };
}

/** A gateway whose database, or whose reader of the log, is silent for longer is not ready: the others may be luckier. */
const longestSilenceMs = 5000;

/** How much of the connections for queries one viewer may keep busy. */
const queryShares = { perOwner: 5, heavyPerOwner: 2, heavy: 4 };

/** Serves HTTP and subscriptions until the parts it adds to `requests` and `links` are stopped. */
export async function serve({
  core,
  config,
  port,
  queries,
  listener,
  pulse,
  registry,
  running,
}: Gateway): Promise<void> {
  const { log } = core;
  const authenticator = createAuthenticator({
    db: core.db,
    config: { publicUrl: core.publicUrl, oidc: config.oidc },
    now: core.now,
  });
  const sessionCookie = sessionCookieName(core.publicUrl);
  const tailer = createTailer({ sql: queries.sql, listener, log, onReconnect: () => lookForRestore(core) });
  await tailer.start();
  running.links.push({ name: "the reader of the log", stop: () => tailer.stop() });
  const revalidate = async (viewer: Viewer): Promise<Viewer | null> => {
    const standing = await authenticator.revalidate(viewer);
    return standing === "ok" ? viewer : standing === "ended" ? null : standing.changed;
  };
  const shares = createShares(queries.sql, queryShares);
  const partsOf = new WeakMap<Core["db"], ContextParts>();
  function contextParts(viewer: Viewer): ContextParts {
    const db = shares.of(ownerOf(viewer));
    let contextParts = partsOf.get(db);
    if (!contextParts) {
      contextParts = { core: { ...core, db }, tailer, revalidate };
      partsOf.set(db, contextParts);
    }
    return contextParts;
  }
  const server = createServer({
    schema,
    context: (viewer) => createContext(contextParts(viewer), viewer),
    follow: { tailer, sql: queries.sql },
    authenticator,
    db: core.db,
    config: { host: config.host, port, publicUrl: core.publicUrl },
    log,
    metrics: registry,
    sdl: printedSchema,
    drainMs: 5000,
    handlers: {
      oauthStart: async ({ query, cookieOf }) => {
        const opened = await openConsentLink(core, query.get("ticket"), sessionCookie, cookieOf);
        if (!opened) return { status: 400, html: renderMessage(unusableLink) };
        const options = { maxAgeSeconds: consentCookieSeconds };
        const cookie = cookieHeader(core.publicUrl, opened.cookieName, opened.cookie, options);
        return { location: opened.location, cookie };
      },
      oauthCallback: async ({ path, query, viewer, ipAddress, cookieOf }) => {
        const visitor = viewer ?? { ...browserViewer, ipAddress };
        const parameters = Object.fromEntries(query);
        const answer = await completeAuthorization(core, visitor, { path, parameters, sessionCookie, cookieOf });
        return { status: answer.ok ? 200 : 400, html: renderMessage(answer) };
      },
      webhook: async (slug, instanceId) => {
        const id = /^\d{1,9}$/.test(instanceId) ? Number(instanceId) : null;
        if (id === null || !(await findWebhook(core, slug, id))) return null;
        return ({ query, ...request }) =>
          receiveWebhook(core, slug, id, { ...request, query: Object.fromEntries(query) }, request.ipAddress);
      },
      ready: async () => {
        const problems: string[] = [];
        if (pulse.silentForMs() > longestSilenceMs || !(await answers(queries.sql)))
          problems.push("the database does not answer");
        else if (tailer.silentForMs() > longestSilenceMs) problems.push("the activity log cannot be read");
        if (problems.length > 0) log.warn({ problems }, "not ready");
        return { ok: problems.length === 0, problems };
      },
    },
  });
  await server.listen();
  running.work.push({ name: "requests", stop: () => server.close() });
}

/** Whether a query is answered soon. */
async function answers(sql: Database["sql"]): Promise<boolean> {
  try {
    await within(2000, sql`select 1`, () => new DatabaseUnavailableError());
    return true;
  } catch {
    // The caller logs that it is not ready.
    return false;
  }
}

/** Who completes a consent without being signed in. */
const browserViewer: Viewer = { ...systemViewer, id: "browser", name: "browser", role: "VIEWER", instanceIds: [] };

const unusableLink = {
  title: "This link cannot be used",
  message:
    "It has expired (consent links last ten minutes), was answered, or was opened in another browser first. Start the connection again.",
};

function renderMessage({ title, message }: { title: string; message: string }): string {
  return renderPage(
    title,
    `<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(message)}</p>\n<p><a href="/">Back to Gatehouse</a></p>`,
  );
}
