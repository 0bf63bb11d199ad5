import type { FailedResponse } from "#src/connector-kit/connector.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { Probes } from "#src/connector-kit/probe.ts";
import { isObject, needObject, textOf } from "#src/connector-kit/record.ts";
import { refusals, type Stated } from "#src/connector-kit/refusals.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import type { Xml } from "#src/connector-kit/xml.ts";
import { textIn } from "#src/connector-kit/xml.ts";
import { type Account, accountsOf, documentOf, iam, iamListing } from "./api.ts";
import { baseUrl } from "./authorization.ts";
import { roleOf } from "./endpoints.ts";
import { manifest } from "./manifest.ts";

const simulate = "iam:SimulatePrincipalPolicy";

/**
 * Names the account, and asks IAM what the role may do.
 * Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html,
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const probes = new Probes();
  for (const account of accountsOf(context)) {
    await callerOf(context, account);
    await probes.read(simulate, () => findMissing(context, account, probes));
  }
  const [home] = accountsOf(context);
  const alias = home && (await aliasOf(context, home));
  const { account } = roleOf(context.settings);
  return { externalAccountId: account, accountName: alias ?? account, missingScopes: probes.missing };
}

async function callerOf(context: Context, { http }: Account): Promise<void> {
  const form = { Action: "GetCallerIdentity", Version: "2011-06-15" };
  const url = `${baseUrl(context.settings)}/`;
  const { body } = await http.request<string>({ method: "POST", url, form, accept: "text", retry: true });
  documentOf(body, "GetCallerIdentityResponse");
}

async function findMissing(context: Context, account: Account, probes: Probes): Promise<void> {
  const { partition, name } = roleOf(context.settings);
  const actions = wantedScopes(manifest, context.settings, []);
  const parameters = {
    PolicySourceArn: `arn:${partition}:iam::${account.id}:role/${name}`,
    MaxItems: "1000",
    ...Object.fromEntries(actions.map((action, index) => [`ActionNames.member.${index + 1}`, action])),
  };
  const list = "EvaluationResults";
  const listing = iamListing(context, account, { action: "SimulatePrincipalPolicy", list, parameters });
  for await (const { records, path } of walkPages(context, { name: "permissions of the role", ...listing }))
    for (const [index, record] of records.entries()) {
      const result = needObject(record, `${path}[${index}]`) as Xml;
      const action = textIn(result, "EvalActionName");
      if (action !== null && textIn(result, "EvalDecision") !== "allowed") probes.add(action);
    }
}

/** An account may have a name of its own; null without one, or where the role may not read it. */
async function aliasOf(context: Context, account: Account): Promise<string | null> {
  const alias = await new Probes().read("iam:ListAccountAliases", () => iam(context, account, "ListAccountAliases"));
  const names = alias && objectList(alias);
  return names?.[0] ?? null;
}

function objectList(result: Xml): string[] {
  const list = isObject(result.AccountAliases) ? result.AccountAliases.member : undefined;
  return Array.isArray(list) ? list.flatMap((one) => (typeof one === "string" ? [one] : [])) : [];
}

/** Errors are XML or JSON, and the code stands in the body or in a header. https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
function statedIn({ body, headers }: FailedResponse): Stated {
  if (typeof body === "string") {
    const [, code = null] = /<Code>([\w.]+)<\/Code>/.exec(body) ?? [];
    const [, message = ""] = /<Message>([^<]*)<\/Message>/i.exec(body) ?? [];
    return { code, message };
  }
  const json = isObject(body) ? body : {};
  const code = textOf(json.__type) ?? headers.get("x-amzn-errortype") ?? textOf(json.code);
  return {
    code: code?.split(":")[0]?.split("#").pop() ?? null,
    message: textOf(json.message) ?? textOf(json.Message) ?? "",
  };
}

const denied = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"] as const;

/** `User: arn:… is not authorized to perform: iam:ListUsers on resource: …`. */
const actionIn = ({ message }: Stated) => /not authorized to perform: ([\w-]+:\w+)/.exec(message)?.[1];

export const mapError = refusals(statedIn, [
  {
    ...{ codes: denied, words: /perform: sts:AssumeRole/, kind: "auth" },
    message: "The role refuses Gatehouse: check its trust policy, the external ID, and that the role still exists.",
  },
  {
    kind: "auth",
    codes: [
      ...["ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "InvalidAccessKeyId", "InvalidToken"],
      ...["UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidSignatureException", "RequestExpired"],
    ],
    message: "AWS does not accept the credential.",
  },
  {
    kind: "rateLimit",
    codes: [
      ...["Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown"],
      "RequestThrottled",
    ],
    // AWS names no time; its limits are of calls a second.
    ...{ message: "AWS takes no more calls for the moment.", waitSeconds: 2 },
  },
  {
    ...{ codes: denied, kind: "scope" },
    message: (stated) => `The role may not do this: ${actionIn(stated) ?? "AWS names no action"}.`,
    scopes: (stated) => [actionIn(stated) ?? []].flat(),
  },
]);
