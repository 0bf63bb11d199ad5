import { createHash, randomBytes } from "node:crypto";
import { and, eq, gt, isNull } from "drizzle-orm";
import { tables } from "#db/client.ts";
import type { Core } from "#src/core.ts";

/** Where in Gatehouse a consent begins that an API token asked for. */
export const consentPath = "/oauth/start";

export const consentCookieSeconds = 600;

/** A link that works in the first browser to open it: what a token's holder passes on to the person who consents. */
export function newConsentLink(publicUrl: string): { url: string; ticketHash: string } {
  const ticket = randomBytes(24).toString("base64url");
  return { url: `${publicUrl}${consentPath}?ticket=${ticket}`, ticketHash: sha256(ticket) };
}

/** A cookie for each consent, so that several may be under way in one browser. */
export function consentCookieName(sessionCookie: string, ticketHash: string): string {
  return `${sessionCookie}_consent_${ticketHash.slice(0, 12)}`;
}

export interface OpenedConsent {
  /** The provider's consent page. */
  location: string;
  cookieName: string;
  /** The cookie's value: what ties the browser to this consent. */
  cookie: string;
}

/**
 * Opens a consent link and binds this browser to it. The same browser may open it again until the consent is answered. Null when the
 * link is unknown, too old, or another browser has opened it.
 */
export async function openConsentLink(
  core: Core,
  ticket: string | null,
  sessionCookie: string,
  cookieOf: (name: string) => string | null,
): Promise<OpenedConsent | null> {
  if (!ticket || ticket.length > 200) return null;
  const { oauthStates } = tables;
  const ticketHash = sha256(ticket);
  const cookieName = consentCookieName(sessionCookie, ticketHash);
  const cookie = cookieOf(cookieName) ?? randomBytes(24).toString("base64url");
  const isOpen = and(eq(oauthStates.ticketHash, ticketHash), gt(oauthStates.expiresAt, core.now()));
  await core.db
    .update(oauthStates)
    .set({ browserHash: sha256(cookie) })
    .where(and(isOpen, isNull(oauthStates.browserHash)));
  const [row] = await core.db.select().from(oauthStates).where(isOpen);
  if (!row?.authorizationUrl || row.browserHash !== sha256(cookie)) return null;
  const location = core.secrets.open(row.authorizationUrl, `oauth_state/${row.stateHash}/authorization_url`);
  return { location, cookieName, cookie };
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
