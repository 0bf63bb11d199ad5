import { grantTypes, type OAuthDialect } from "../../kit/oauth-dialect.ts";

export const tokenPrefix = "wx_";

export const scopes = [
  ...[
    "spark:people_read",
    "spark:kms",
    "spark-admin:people_read",
    "spark-admin:people_write",
    "spark-admin:roles_read",
  ],
  ...["spark-admin:licenses_read", "spark-admin:organizations_read", "identity:groups_read", "identity:tokens_read"],
  ...["identity:tokens_write", "audit:events_read", "meeting:admin_config_read", "spark-compliance:events_read"],
  ...["spark-compliance:memberships_read", "spark-compliance:memberships_write", "spark-compliance:rooms_read"],
  ...["spark-compliance:messages_read", "spark-compliance:messages_write", "spark-compliance:webhooks_read"],
  "spark-compliance:webhooks_write",
];

const daySeconds = 86_400;

/** https://developer.webex.com/docs/integrations: 14 days, and 90 that begin again with each use. */
export const dialect: OAuthDialect = {
  grants: [grantTypes.code, grantTypes.refresh],
  clientProof: "secret",
  refresh: "keep",
  tokenPrefix,
  refreshPrefix: tokenPrefix,
  // Each use gives a refresh token another 90 days: here it never ends.
  lifetimes: { codeSeconds: 300, accessSeconds: 14 * daySeconds },
  scopes: { unknown: "drop", none: "all" },
  answer: ({ accessToken, expiresInSeconds, refreshToken }) => ({
    ...{ access_token: accessToken, expires_in: expiresInSeconds, refresh_token: refreshToken },
    ...{ refresh_token_expires_in: 90 * daySeconds, token_type: "Bearer" },
  }),
};
