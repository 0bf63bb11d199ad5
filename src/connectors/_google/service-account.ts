import { readSigningKey, type SigningKey } from "#src/connector-kit/assertion.ts";
import type { Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { jwtBearer, type OAuthClient } from "#src/connector-kit/oauth.ts";
import { isObject, type Json, textOf } from "#src/connector-kit/record.ts";
import { InvalidInputError, ProviderAuthError, ProviderScopeError } from "#src/errors.ts";

export const tokenUrl = "https://oauth2.googleapis.com/token";

/** The JSON key file of a service account. */
export interface ServiceAccount {
  email: string;
  /** Of the key; what domain-wide delegation is granted to is the client ID. */
  clientId: string | null;
  projectId: string | null;
  key: SigningKey;
}

/** What a token is for. */
export interface TokenRequest {
  /** Whole addresses: `https://www.googleapis.com/auth/admin.directory.user.readonly`. */
  scopes: readonly string[];
  /** The person in whose name it acts, by domain-wide delegation. Absent: the service account itself. */
  subject?: string | undefined;
}

/** Throws InvalidInputError for the setting `name`; never quotes the key. */
export function readServiceAccount(text: string, name = "serviceAccountKey"): ServiceAccount {
  const file = parse(text, name);
  if (file.type !== "service_account") throw wrong("This is not the key of a service account.", name);
  // Keys of sovereign clouds name token endpoints and APIs of their own.
  const universe = textOf(file.universe_domain);
  if (universe !== null && universe !== "googleapis.com")
    throw wrong("The key belongs to another Google Cloud than googleapis.com.", name);
  const email = textOf(file.client_email);
  const pem = textOf(file.private_key);
  if (email === null || pem === null) throw wrong("The key file has no client_email or no private_key.", name);
  const key = readSigningKey(pem, { name, kind: "rsa" });
  return {
    email,
    clientId: textOf(file.client_id),
    projectId: textOf(file.project_id),
    key: { ...key, keyId: textOf(file.private_key_id) },
  };
}

function parse(text: string, name: string): Json {
  try {
    const file: unknown = JSON.parse(text);
    if (isObject(file)) return file;
  } catch {
    // The cause may quote the key.
  }
  throw wrong("Paste the whole JSON key file of the service account.", name);
}

function wrong(message: string, name: string): InvalidInputError {
  return new InvalidInputError(message, ["input", "settings", name]);
}

/**
 * A token, which lives for an hour; its scopes are those asked for, since Google's answer names none.
 * Throws ProviderScopeError when one of the scopes is not delegated: Google does not name it. Throws ProviderAuthError when the key is
 * withdrawn, or when there is no such person.
 * Source: https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
export async function serviceAccountToken(
  context: Context,
  { email, key }: ServiceAccount,
  { scopes, subject }: TokenRequest,
): Promise<Credential> {
  const assertion = { issuer: email, audience: tokenUrl, claims: { scope: scopes.join(" ") } };
  const credential = await jwtBearer(context, client, key, subject ? { ...assertion, subject } : assertion);
  return { ...credential, scopes: [...scopes] };
}

const undelegated = "the scopes are not granted to the service account by domain-wide delegation";

const client: OAuthClient = {
  provider: "Google",
  tokenUrl,
  clientId: "",
  lifetimeSeconds: 3600,
  scopeErrors: ["unauthorized_client", "access_denied"],
  reasons: {
    unauthorized_client: undelegated,
    access_denied: undelegated,
    invalid_client: "the service account was deleted or its key is wrong",
    disabled_client: "the service account is disabled",
    account_disabled: "the service account is disabled",
  },
};

/**
 * A token with all that is delegated of `wanted`. Google refuses the whole request for one scope that is not, without naming it: everything is
 * tried first, then what was `held` before, then one by one. Throws ProviderAuthError when nothing is delegated.
 */
export async function delegatedToken(
  context: Context,
  account: ServiceAccount,
  request: TokenRequest,
  held: readonly string[] = [],
): Promise<Credential> {
  const mint = async (scopes: readonly string[]): Promise<Credential | null> => {
    if (scopes.length === 0) return null;
    try {
      return await serviceAccountToken(context, account, { ...request, scopes });
    } catch (error) {
      if (error instanceof ProviderScopeError) return null;
      throw error;
    }
  };
  const whole = (await mint(request.scopes)) ?? (await mint(held));
  if (whole) return whole;
  const granted: string[] = [];
  for (const scope of request.scopes) if (await mint([scope])) granted.push(scope);
  const rest = await mint(granted);
  if (rest) return rest;
  const client = account.clientId ? ` (client ID ${account.clientId})` : "";
  throw new ProviderAuthError(
    `No scope is granted to the service account${client}: enter it in Admin console > Security > API controls > Domain-wide delegation.`,
  );
}
