import type { ActorRecord } from "#src/connector-kit/contract/records.ts";
import { type Json, objectOf, textOf } from "#src/connector-kit/record.ts";

/** Sign-in names are unique in an account only. */
export const userLogin = (account: string, userName: string): string => `${account}/${userName}`;
export const roleLogin = (account: string, roleName: string): string => `${account}/role/${roleName}`;

/** Of the root user, the id is that of the account. */
export const rootLogin = (account: string): string => `${account}/root`;

export interface Identity {
  actor: ActorRecord | null;
  /** A person acted as a role, or in another's name. */
  impersonated: boolean;
}

/** AWS writes this instead of a name that may be a password, typed into the wrong field. */
const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";

/**
 * Who acted. `account` is the one the record is of: identities of others are no accounts here.
 * Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function identityOf(identity: Json, account: string | null): Identity {
  const own = textOf(identity.accountId) ?? account;
  const id = textOf(identity.principalId);
  const userName = textOf(identity.userName);
  const known = userName === hidden ? null : userName;
  const isForeign = account !== null && own !== null && own !== account;
  const foreign = isForeign ? { isAccount: false as const } : {};
  switch (identity.type) {
    case "Root":
      return by({
        externalId: own,
        login: own && rootLogin(own),
        name: `Root user of ${own}`,
        type: "HUMAN",
        ...foreign,
      });
    case "IAMUser":
      return by({
        ...{ externalId: id === "" ? null : id, login: own && known ? userLogin(own, known) : null },
        ...{ name: known ?? nameIn(identity.arn) ?? id ?? "Someone", ...foreign },
        ...(id === null && known === null ? { isAccount: false as const } : {}),
      });
    case "AssumedRole":
      return roleIdentity(identity, own, foreign);
    case "FederatedUser":
      return federated(identity, own, foreign);
    case "IdentityCenterUser":
    case "SAMLUser":
    case "WebIdentityUser":
    case "Directory": {
      const name = known ?? textOf(objectOf(identity.onBehalfOf).userId) ?? id;
      return by(name === null ? null : { login: known, name, type: "HUMAN", isAccount: false });
    }
    case "AWSAccount": {
      const name = `Account ${own ?? "of somebody else"}`;
      return by({
        externalId: id ?? own,
        name: id?.includes(":") ? `${id.split(":").pop()} (${name})` : name,
        isAccount: false,
      });
    }
    default: {
      const name = textOf(identity.invokedBy) ?? known ?? id;
      const isService = identity.type === "AWSService" || textOf(identity.invokedBy) !== null;
      return by(name === null ? null : { name, type: isService ? "SERVICE" : "UNKNOWN", isAccount: false });
    }
  }
}

function by(actor: ActorRecord | null): Identity {
  return { actor, impersonated: false };
}

/** The account is the role; the session is named by who assumed it: a person of Identity Center, an instance, a service. */
function roleIdentity(identity: Json, own: string | null, foreign: Partial<ActorRecord>): Identity {
  const issuer = objectOf(objectOf(identity.sessionContext).sessionIssuer);
  const [roleId, ...rest] = (textOf(identity.principalId) ?? "").split(":");
  const [, roleInArn, sessionInArn] = /:assumed-role\/([^/]+)(?:\/(.+))?$/.exec(textOf(identity.arn) ?? "") ?? [];
  const session = rest.join(":") || sessionInArn || null;
  const role = textOf(issuer.userName) ?? roleInArn ?? null;
  const externalId = textOf(issuer.principalId) ?? (roleId || null);
  const isPerson = session !== null && (session.includes("@") || /^AWSReservedSSO_/.test(role ?? ""));
  const name = session && role ? `${session} (${role})` : (role ?? session ?? externalId ?? "A role");
  return {
    actor: {
      ...{ externalId, login: own && role ? roleLogin(own, role) : null, name, type: isPerson ? "HUMAN" : "SERVICE" },
      ...foreign,
    },
    impersonated: isPerson,
  };
}

/** The bearer of a session of GetFederationToken: the account is the user who gave it away. */
function federated(identity: Json, own: string | null, foreign: Partial<ActorRecord>): Identity {
  const issuer = objectOf(objectOf(identity.sessionContext).sessionIssuer);
  const session = textOf(identity.principalId)?.split(":").pop() ?? nameIn(identity.arn);
  const giver = textOf(issuer.userName);
  const externalId = textOf(issuer.principalId);
  const name = giver ? `${session} (${giver})` : (session ?? "A federated user");
  const isUser = issuer.type === "IAMUser" && own && giver;
  const account = externalId === null ? { isAccount: false as const } : foreign;
  return {
    actor: { externalId, login: isUser ? userLogin(own, giver) : null, name, ...account },
    impersonated: true,
  };
}

/** The last part of an ARN. */
function nameIn(arn: unknown): string | null {
  return textOf(arn)?.split(/[/:]/).pop() || null;
}
