import type { Authorization } from "#src/connector-kit/contract/authorization.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { delegatedToken, readServiceAccount, serviceAccountToken } from "../_google/service-account.ts";
import { manifest } from "./manifest.ts";
import { scopes } from "./scopes.ts";

/** Everything the manifest names: what is not delegated switches off only what needs it. */
export const wanted: readonly string[] = wantedScopes(manifest, {}, []);

/** Scopes of calls in a person's name, of which the first that is delegated is enough. */
const ofPersons = [scopes.writeDrive, scopes.readDrive];

/**
 * The service account acts in the name of the administrator, or of a person (`http.as({ subject })`), by domain-wide delegation.
 * Source: https://developers.google.com/identity/protocols/oauth2/service-account
 */
export const authorization: Authorization = {
  interactive: () => false,

  async obtain(context) {
    const { serviceAccountKey = "", adminEmail } = context.settings;
    return await delegatedToken(context, readServiceAccount(serviceAccountKey), {
      scopes: wanted,
      subject: adminEmail,
    });
  },

  async refresh(context, { scopes }) {
    const { serviceAccountKey = "", adminEmail } = context.settings;
    const request = { scopes: wanted, subject: adminEmail };
    return await delegatedToken(context, readServiceAccount(serviceAccountKey), request, scopes);
  },

  async tokenFor(context, credential, { subject }) {
    const { serviceAccountKey = "", adminEmail } = context.settings;
    const account = readServiceAccount(serviceAccountKey);
    let refusal = new ProviderScopeError("No scope is delegated for calls in the name of people.", [scopes.readDrive]);
    for (const scope of ofPersons) {
      if (!credential.scopes?.includes(scope)) continue;
      try {
        return await serviceAccountToken(context, account, { scopes: [scope], subject: subject ?? adminEmail });
      } catch (error) {
        if (!(error instanceof ProviderScopeError)) throw error;
        refusal = error;
      }
    }
    throw refusal;
  },

  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};
