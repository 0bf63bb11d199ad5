import type { Credential } from "./contract/authorization.ts";
import { idOf, listOf, needObject, needText, textOf } from "./record.ts";

export interface CredentialRules {
  /** The credential that this answer renews: what the answer does not repeat (refresh token, scopes, extra) is kept. */
  earlier?: Credential | undefined;
  /** Of an access token whose answer has no `expires_in`. Absent: it does not end, as far as anybody knows. */
  lifetimeSeconds?: number | undefined;
  /** Fields of the answer to keep as `extra`: `["instance_url", "id"]`. Throws ProviderResponseError when one is missing. */
  extra?: readonly string[] | undefined;
}

/**
 * The answer of a token endpoint as a credential. `expires_in` and `refresh_token_expires_in` are seconds, as numbers or texts; `scope` is a text
 * parted by spaces or commas, or a list. Throws ProviderResponseError with the path of what is missing.
 * Source: https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function credentialOf(answer: unknown, now: Date, rules: CredentialRules = {}): Credential {
  const { earlier, lifetimeSeconds } = rules;
  const body = needObject(answer, "$");
  const accessToken = needText(body.access_token, "access_token");
  const refreshToken = textOf(body.refresh_token) ?? earlier?.refreshToken;
  const scopes = scopesOf(body.scope) ?? earlier?.scopes;
  const expiresAt = after(secondsOf(body.expires_in) ?? lifetimeSeconds, now);
  const renewed = after(secondsOf(body.refresh_token_expires_in), now);
  // The same refresh token still ends when it did.
  const renewBy = renewed ?? (refreshToken === earlier?.refreshToken ? earlier?.renewBy : undefined);
  const extra = { ...earlier?.extra, ...extraOf(body, rules) };
  return {
    accessToken,
    tokenType: tokenTypeOf(body.token_type),
    ...(refreshToken ? { refreshToken } : {}),
    ...(expiresAt ? { expiresAt } : {}),
    ...(renewBy ? { renewBy } : {}),
    ...(scopes ? { scopes } : {}),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

/** `repo,read:org`, `read write`, `["read", "write"]`; undefined when the provider does not say. */
export function scopesOf(value: unknown): string[] | undefined {
  if (typeof value === "string") return value.split(/[\s,]+/).filter(Boolean);
  if (Array.isArray(value)) return listOf(value).flatMap((one) => textOf(one) ?? []);
  return undefined;
}

function extraOf(body: Record<string, unknown>, { extra = [], earlier }: CredentialRules): Record<string, string> {
  return Object.fromEntries(
    extra.flatMap((name) => {
      const value = idOf(body[name]);
      // Some providers name them at sign-in only.
      if (value === null && earlier?.extra?.[name]) return [];
      return [[name, value ?? needText(body[name], name)]];
    }),
  );
}

function tokenTypeOf(value: unknown): string {
  const type = textOf(value) ?? "Bearer";
  return /^bearer$/i.test(type) ? "Bearer" : type;
}

function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === "number" ? value : Number.parseFloat(textOf(value) ?? "");
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

function after(seconds: number | undefined, now: Date): Date | undefined {
  return seconds === undefined ? undefined : new Date(now.getTime() + seconds * 1000);
}
