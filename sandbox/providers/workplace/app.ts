import { mix } from "../../generator.ts";
import { secretOf } from "../../keys.ts";
import { grantTypes, type OAuthDialect, type Reason } from "../../kit/oauth-dialect.ts";
import { type OAuthHost, OAuthServer } from "../../kit/oauth-server.ts";
import type { TenantOptions } from "../../provider.ts";
import { graphError, type Refusal } from "./answers.ts";

export const tokenPrefix = "DQVJ";
/** The one thing that the administrator who installs an app may leave out. */
export const allGroups = "all-groups";

/** An app of the developer platform: by default each community has its own, and several may share one. */
export interface App {
  id: string;
  secret: string;
}

export function appOf(options: Required<TenantOptions>): App {
  const number = mix(options.seed, Number.parseInt(secretOf(options, "app id", 7), 16), 471);
  return { id: String(504_221_000_000_000 + number), secret: secretOf(options, "app secret", 32) };
}

const refusals: Partial<Record<Reason, Omit<Refusal, "status">>> = {
  "unknown-client": {
    code: 101,
    message: "Error validating application. Cannot get application info due to a system error.",
  },
  "wrong-secret": { code: 1, message: "Error validating client secret." },
  "code-used": { code: 100, message: "This authorization code has been used.", error_subcode: 36009 },
  "code-expired": { code: 100, message: "This authorization code has expired.", error_subcode: 36007 },
  "redirect-mismatch": {
    code: 100,
    message:
      "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request",
    error_subcode: 36008,
  },
};

const dialect: OAuthDialect = {
  grants: [grantTypes.code],
  clientProof: "secret",
  lifetimes: { codeSeconds: 300 },
  tokenPrefix,
  scopes: { unknown: "drop", none: "refuse" },
  refuse: (reason) =>
    graphError({ status: 400, ...(refusals[reason] ?? { code: 100, message: "Invalid verification code format." }) }),
  answer: ({ accessToken }) => ({ access_token: accessToken, token_type: "bearer" }),
};

/** Installs the app in a community; tokens never expire. */
export function installer(host: Omit<OAuthHost, "client"> & { app(): App }): OAuthServer {
  const client = (id: string) => {
    const app = host.app();
    return id === app.id ? { id, name: "Gatehouse", secret: app.secret, scopes: [allGroups] } : undefined;
  };
  return new OAuthServer({ ...host, client }, dialect);
}
