import { readSigningKey, type SigningKey } from "#src/connector-kit/assertion.ts";
import type { Authorization, Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import {
  authorizationUrl,
  clientCredentials,
  exchangeCode,
  jwtBearer,
  type OAuthClient,
  refreshToken,
} from "#src/connector-kit/oauth.ts";
import { isObject, textOf, valueAt } from "#src/connector-kit/record.ts";
import { InvalidInputError } from "#src/errors.ts";

const tokenUrl = "https://api.box.com/oauth2/token";
const dayMs = 86_400_000;

/** Source: https://developer.box.com/guides/authentication/ */
export const authorization: Authorization = {
  interactive: ({ mode }) => mode === "oauth",

  /** Box knows no PKCE. Without `scope` the token has what the app was given. */
  authorize: ({ clientId = "" }, request) =>
    authorizationUrl("https://account.box.com/api/oauth2/authorize", clientId, request, { pkce: false, scopes: [] }),

  exchange: async (context, answer) =>
    withRenewal(context, await exchangeCode(context, clientOf(context.settings), answer, { pkce: false })),

  obtain: (context) => (context.settings.mode === "jwt" ? byKey(context) : bySecret(context)),

  async refresh(context, credential) {
    if (context.settings.mode === "jwt") return await byKey(context);
    if (context.settings.mode !== "oauth") return await bySecret(context);
    return withRenewal(context, await refreshToken(context, clientOf(context.settings), credential));
  },

  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};

/** A refresh token works once and for 60 days, which Box does not state in its answer. */
function withRenewal({ now }: Context, credential: Credential): Credential {
  return { ...credential, renewBy: new Date(now().getTime() + 60 * dayMs) };
}

async function bySecret(context: Context): Promise<Credential> {
  const { enterpriseId } = context.settings;
  const fields = { box_subject_type: "enterprise", box_subject_id: enterpriseId };
  return await clientCredentials(context, clientOf(context.settings), { fields });
}

/** Source: https://developer.box.com/guides/authentication/jwt/without-sdk/ */
async function byKey(context: Context): Promise<Credential> {
  const app = readConfig(context.settings.jwtCredential ?? "");
  const client = { ...clientOf(context.settings), clientId: app.clientId, clientSecret: app.clientSecret };
  return await jwtBearer(context, client, app.key, {
    issuer: app.clientId,
    subject: app.enterpriseId,
    audience: tokenUrl,
    claims: { box_sub_type: "enterprise" },
    keyId: app.keyId,
    // At most 60 seconds, counted from the time of issue where one is given.
    lifetimeSeconds: 45,
    issuedAt: false,
  });
}

function clientOf({ clientId = "", clientSecret }: Settings): OAuthClient {
  return { provider: "Box", tokenUrl, clientId, clientSecret, reasons, lifetimeSeconds: 3600 };
}

const reasons: Readonly<Record<string, string>> = {
  invalid_client: "the client ID or the secret is wrong",
  unauthorized_client:
    "the app is not authorized: an admin authorizes it in Admin Console > Apps, again after every change of its scopes",
};

export interface JwtApp {
  clientId: string;
  clientSecret: string;
  enterpriseId: string;
  keyId: string;
  key: SigningKey;
}

/** The settings file of a JWT app. Throws InvalidInputError for what is missing; never quotes it. */
export function readConfig(text: string): JwtApp {
  const config = parse(text);
  const need = (path: string): string => {
    const value = textOf(valueAt(config, path));
    if (value === null) throw wrong(`The settings file has no ${path}.`);
    return value;
  };
  const passphrase = textOf(valueAt(config, "boxAppSettings.appAuth.passphrase")) ?? undefined;
  return {
    clientId: need("boxAppSettings.clientID"),
    clientSecret: need("boxAppSettings.clientSecret"),
    enterpriseId: need("enterpriseID"),
    keyId: need("boxAppSettings.appAuth.publicKeyID"),
    key: readSigningKey(need("boxAppSettings.appAuth.privateKey"), { name: "jwtCredential", kind: "rsa", passphrase }),
  };
}

function parse(text: string): unknown {
  try {
    const config: unknown = JSON.parse(text);
    if (isObject(config)) return config;
  } catch {
    // The cause may quote the key.
  }
  throw wrong("The settings file of the JWT app must be the JSON file that Box offers.");
}

function wrong(message: string): InvalidInputError {
  return new InvalidInputError(message, ["input", "settings", "jwtCredential"]);
}
