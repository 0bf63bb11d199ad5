import type { Authorization } from "#src/connector-kit/contract/authorization.ts";
import { readServiceAccount, serviceAccountToken } from "../_google/service-account.ts";

/**
 * Cloud Asset, and disabling anything, take this scope only: https://cloud.google.com/asset-inventory/docs/reference/rest/v1/TopLevel/searchAllIamPolicies.
 * What the service account may do with it is decided by the IAM roles it has.
 */
const oauthScope = "https://www.googleapis.com/auth/cloud-platform";

export function baseUrl(): string {
  return "https://cloudasset.googleapis.com";
}

export const authorization: Authorization = {
  interactive: () => false,

  async obtain(context) {
    const account = readServiceAccount(context.settings.serviceAccountKey ?? "");
    const { scopes: _, ...credential } = await serviceAccountToken(context, account, { scopes: [oauthScope] });
    return credential;
  },

  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};
