import type { IncomingMessage, ServerResponse } from "node:http";
import type { Db } from "#db/client.ts";
import { recordAudit } from "#src/access/audit.ts";
import type { Authenticator } from "#src/access/authenticate.ts";
import type { PendingLogin } from "#src/access/oidc.ts";
import {
  cookieHeader,
  endSession,
  type OpenedSession,
  openSession,
  openSessionByLink,
  openSessionByToken,
  readCookie,
  sessionCookieName,
} from "#src/access/sessions.ts";
import { systemViewer, type Viewer } from "#src/access/viewer.ts";
import { GatehouseError, RateLimitedError, UnauthenticatedError } from "#src/errors.ts";
import type { ByteBudget } from "./budget.ts";
import { messagePage, redirect, safeNext, sendPage, signInPage } from "./pages.ts";
import { clientAddress, isLookAhead, isSameOrigin, readBody } from "./request.ts";

export interface SignInParts {
  db: Db;
  authenticator: Authenticator;
  publicUrl: string;
  /** For the form, which strangers send. */
  bodies: ByteBudget;
}

export interface SignIn {
  /** GET /signin, with or without a link's token; POST /signin with an API token. */
  signIn(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
  signOut(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** GET /signin/oidc */
  leaveForProvider(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
  /** GET /signin/oidc/callback */
  returnFromProvider(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
}

/** Opens a session after authentication has succeeded. */
type Open = (tx: Db) => Promise<OpenedSession>;

/** The ways to sign in. What opens or fails to open a session is audited. */
export function createSignIn({ db, authenticator, publicUrl, bodies }: SignInParts): SignIn {
  const sessionCookie = sessionCookieName(publicUrl);
  const pendingCookie = `${sessionCookie}_oidc`;
  const redirectUri = `${publicUrl}/signin/oidc/callback`;
  const { oidc } = authenticator;
  const canUseOidc = oidc?.canSignIn ?? false;

  /** Opens a session within the failure limit, and goes on to `next`; or shows the sign-in page with the reason. */
  async function open(
    request: IncomingMessage,
    response: ServerResponse,
    { by, next, run }: { by: string; next: string; run: () => Promise<Open> },
  ): Promise<void> {
    const ipAddress = clientAddress(request, publicUrl);
    const expired = cookieHeader(publicUrl, pendingCookie, null);
    try {
      const { cookie } = await authenticator.attempt(ipAddress, async () => {
        const openIn = await run();
        // With its audit entry, or not at all.
        return db.transaction(async (transaction) => {
          const tx = transaction as unknown as Db;
          const opened = await openIn(tx);
          await recordAudit(tx, { ...opened.viewer, ipAddress }, { action: "session.open", target: by, result: "ok" });
          return opened;
        });
      });
      redirect(response, next, { "set-cookie": [cookieHeader(publicUrl, sessionCookie, cookie), expired] });
    } catch (error) {
      if (!(error instanceof UnauthenticatedError || error instanceof RateLimitedError)) throw error;
      const stranger: Viewer = { ...systemViewer, id: "nobody", name: "nobody", role: "VIEWER", ipAddress };
      if (error instanceof UnauthenticatedError)
        await recordAudit(db, stranger, { action: "session.open", target: by, result: error.code });
      const isLimited = error instanceof RateLimitedError;
      sendPage(response, isLimited ? 429 : 401, signInPage({ error: error.message, next, oidc: canUseOidc }), {
        referrer: by === "token" ? "same-origin" : "no-referrer",
        headers: { "set-cookie": expired, ...(isLimited ? { "retry-after": String(error.retryAfterSeconds) } : {}) },
      });
    }
  }

  async function viewerOf(request: IncomingMessage): Promise<Viewer | null> {
    return authenticator.fromHeaders({ cookie: request.headers.cookie }, clientAddress(request, publicUrl));
  }

  return {
    async signIn(request, response, url) {
      if (request.method === "POST") {
        if (!isSameOrigin(request, publicUrl)) return sendPage(response, 403, crossSitePage);
        const owner = clientAddress(request, publicUrl) ?? "unknown";
        const { body, release } = await readBody(request, { maxBytes: 20_000, budget: bodies, owner });
        response.once("close", release);
        const form = new URLSearchParams(body.toString("utf8"));
        const run = async () => (tx: Db) => openSessionByToken(tx, form.get("token") ?? "");
        return open(request, response, { by: "token", next: safeNext(form.get("next")), run });
      }
      const next = safeNext(url.searchParams.get("next"));
      const token = url.searchParams.get("token");
      // Looking ahead (HEAD, a prefetch) must not use up the link.
      const isVisit = request.method === "GET" && !isLookAhead(request);
      if (token && isVisit)
        return open(request, response, { by: "link", next, run: async () => (tx) => openSessionByLink(tx, token) });
      if (await viewerOf(request)) return redirect(response, next);
      sendPage(response, 200, signInPage({ next, oidc: canUseOidc }));
    },

    async signOut(request, response) {
      if (!isSameOrigin(request, publicUrl)) return sendPage(response, 403, crossSitePage);
      const viewer = await viewerOf(request);
      if (viewer?.sessionId) {
        await db.transaction(async (tx) => {
          await endSession(tx, viewer.sessionId!);
          await recordAudit(tx, viewer, { action: "session.close", result: "ok" });
        });
        authenticator.forget(viewer);
      }
      redirect(response, "/signin", {
        "set-cookie": cookieHeader(publicUrl, sessionCookie, null),
        // Tabs and history of GraphiQL: the next person at this browser is another one.
        "clear-site-data": '"storage"',
      });
    },

    async leaveForProvider(_, response, url) {
      const next = safeNext(url.searchParams.get("next"));
      try {
        if (!oidc || !canUseOidc) throw new UnauthenticatedError("Signing in with an identity provider is not set up.");
        const login = await oidc.beginLogin(redirectUri, next);
        const value = Buffer.from(JSON.stringify(login.pending)).toString("base64url");
        redirect(response, login.url, {
          "set-cookie": cookieHeader(publicUrl, pendingCookie, value, { maxAgeSeconds: 600 }),
        });
      } catch (error) {
        if (!(error instanceof GatehouseError)) throw error;
        sendPage(response, 503, signInPage({ error: error.message, next, oidc: canUseOidc }));
      }
    },

    async returnFromProvider(request, response, url) {
      const pending = parsePending(readCookie(request.headers.cookie, pendingCookie));
      const run = async (): Promise<Open> => {
        if (!oidc || !pending)
          throw new UnauthenticatedError("This sign-in was not started in this browser, or more than ten minutes ago.");
        const viewer = await oidc.finishLogin(new URL(url.pathname + url.search, publicUrl), redirectUri, pending);
        const { name, role } = viewer;
        const instanceIds = viewer.instanceIds ? [...viewer.instanceIds] : null;
        return (tx) => openSession(tx, { name, role, instanceIds });
      };
      return open(request, response, { by: "oidc", next: safeNext(pending?.next), run });
    },
  };
}

const crossSitePage = messagePage("Not from here", "This form was sent by another site. Open Gatehouse and try again.");

function parsePending(cookie: string | null): PendingLogin | null {
  try {
    const pending = JSON.parse(Buffer.from(cookie ?? "", "base64url").toString("utf8"));
    const isWhole = ["state", "nonce", "verifier", "next"].every((key) => typeof pending[key] === "string");
    return isWhole ? pending : null;
  } catch {
    return null;
  }
}
