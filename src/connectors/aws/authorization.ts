import type { Authorization, Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { needObject, needText } from "#src/connector-kit/record.ts";
import { type AwsKeys, signAws } from "#src/connector-kit/sigv4.ts";
import { child, textIn, xmlReader } from "#src/connector-kit/xml.ts";
import { ProviderAuthError, ProviderResponseError } from "#src/errors.ts";
import { readInstant } from "#src/platform/instant.ts";
import { endpoint, scopeOf } from "./endpoints.ts";

export function baseUrl(settings: Settings): string {
  return endpoint(settings, "sts", settings.region ?? "us-east-1");
}

const readXml = xmlReader();

/** An hour is what every role allows. Roles that are reached through another role allow no more. */
const sessionSeconds = 3600;

/**
 * Assumes a role with the external id.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
async function assume(context: Context, roleArn: string, externalId: string | null): Promise<Credential> {
  const body = new URLSearchParams({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: roleArn,
    RoleSessionName: "gatehouse",
    DurationSeconds: String(externalId === null ? 900 : sessionSeconds),
    ...(externalId === null ? {} : { ExternalId: externalId }),
  }).toString();
  const url = new URL(`${baseUrl(context.settings)}/`);
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  const { accessKeyId = "", secretAccessKey = "" } = context.settings;
  const { headers: signed = {} } = signAws(
    { method: "POST", url, headers, body },
    { accessKeyId, secretAccessKey },
    scopeOf(url.hostname, context.settings),
    context.now(),
  );
  const answer = await context.http.request<string>({
    ...{ method: "POST", url: url.href, body, accept: "text", sign: false, retry: true },
    headers: { ...headers, ...signed },
  });
  const result = child(child(readXml(answer.body), "AssumeRoleResponse"), "AssumeRoleResult");
  const found = child(result, "Credentials");
  const expiresAt = readInstant(textIn(found, "Expiration") ?? "");
  if (expiresAt === null) throw new ProviderResponseError("The session states no expiry.", "Credentials.Expiration");
  const keys: AwsKeys = {
    accessKeyId: needText(textIn(found, "AccessKeyId"), "Credentials.AccessKeyId"),
    secretAccessKey: needText(textIn(found, "SecretAccessKey"), "Credentials.SecretAccessKey"),
    sessionToken: needText(textIn(found, "SessionToken"), "Credentials.SessionToken"),
  };
  // One secret of three parts: `extra` would be shown to more code than `sign`.
  return { accessToken: JSON.stringify(keys), tokenType: "AWS4-HMAC-SHA256", expiresAt };
}

/**
 * A role that anybody may assume without the external id is refused: another customer of the same Gatehouse could name it as theirs.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
async function refuseWithoutExternalId(context: Context, roleArn: string): Promise<void> {
  try {
    await assume(context, roleArn, null);
  } catch (error) {
    if (error instanceof ProviderAuthError) return;
    throw error;
  }
  throw new ProviderAuthError(
    "The role can be assumed without the external ID: add the condition sts:ExternalId to its trust policy.",
  );
}

async function assumeGuarded(context: Context, roleArn: string): Promise<Credential> {
  const credential = await assume(context, roleArn, context.settings.externalId ?? "");
  await refuseWithoutExternalId(context, roleArn);
  return credential;
}

function keysOf({ accessToken }: Credential): AwsKeys {
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = needObject(JSON.parse(accessToken), "credential");
    return {
      accessKeyId: needText(accessKeyId, "credential.accessKeyId"),
      secretAccessKey: needText(secretAccessKey, "credential.secretAccessKey"),
      sessionToken: needText(sessionToken, "credential.sessionToken"),
    };
  } catch {
    // No cause: JSON.parse quotes the secret in its message. Signed with this, the call is refused, and the session made again.
    return { accessKeyId: "AKIAUNREADABLE", secretAccessKey: accessToken };
  }
}

export const authorization: Authorization = {
  interactive: () => false,
  obtain: (context) => assumeGuarded(context, context.settings.roleArn ?? ""),
  /** The trust policy was tried when the connection was made: each trial is a refused call in the account's own log. */
  refresh: (context) => assume(context, context.settings.roleArn ?? "", context.settings.externalId ?? ""),
  /** `audience`: the ARN of the role in a further account. */
  tokenFor: (context, _, { audience }) => assumeGuarded(context, audience ?? ""),
  sign: (credential, settings, request, now) =>
    signAws(request, keysOf(credential), scopeOf(request.url.hostname, settings), now),
};
