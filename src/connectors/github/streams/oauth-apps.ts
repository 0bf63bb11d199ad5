import type { Context } from "#src/connector-kit/contract/context.ts";
import type { PermissionLevel } from "#src/connector-kit/contract/kinds.ts";
import type { OAuthAppItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import {
  instantOf,
  type Json,
  listOf,
  needId,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { ProviderNotFoundError } from "#src/errors.ts";
import { accountOf, byNext, orgPath, readAll } from "../api.ts";

/**
 * Installed GitHub Apps; fine-grained tokens (mode app only); classic tokens and SSH keys authorized for SAML. 100 a page.
 * In `externalId` they are `installation:`, `token:` and `credential:`; actions take it apart again.
 * Source: https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/orgs#list-app-installations-for-an-organization
 */
export function oauthApps(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<OAuthAppItem | UnreadableItem>, void, void> {
  const org = orgPath(context);
  const members = new Members(context);
  return stages<OAuthAppItem>(context, cursor, [
    {
      name: "installations",
      first: `${org}/installations?per_page=100`,
      page: byNext("installations"),
      items: (one, path) => installation(needObject(one, path), path),
    },
    {
      name: "tokens",
      first: `${org}/personal-access-tokens?per_page=100&sort=created_at&direction=asc`,
      page: byNext(),
      items: (one, path) => token(needObject(one, path), path),
      when: context.settings.mode === "app",
    },
    {
      name: "credentials",
      first: `${org}/credential-authorizations?per_page=100`,
      page: byNext(),
      items: (one, path) => credential(needObject(one, path), path, members),
      // Without SAML there are no authorized credentials to list.
      skipWhen: (error) => error instanceof ProviderNotFoundError,
    },
  ]);
}

function installation(raw: Json, path: string): OAuthAppItem {
  const id = needId(raw.id, `${path}.id`);
  const scopes = Object.entries(objectOf(raw.permissions)).map(([name, level]) => `${name}:${String(level)}`);
  return {
    kind: "app",
    externalId: `installation:${id}`,
    name: textOf(raw.app_slug) ?? `Installation ${id}`,
    scopes,
    permissionLevel: levelOfPermissions(scopes),
    banned: textOf(raw.suspended_at) !== null,
    lastAuthorizedAt: instantOf(raw.updated_at) ?? instantOf(raw.created_at),
    raw,
  };
}

function token(raw: Json, path: string): OAuthAppItem[] {
  const id = needId(raw.id, `${path}.id`);
  const permissions = objectOf(raw.permissions);
  const scopes = Object.values(permissions).flatMap((area) =>
    Object.entries(objectOf(area)).map(([name, level]) => `${name}:${String(level)}`),
  );
  const owner = accountOf(raw.owner, `${path}.owner`);
  const externalId = `token:${id}`;
  const grantedAt = instantOf(raw.access_granted_at);
  return [
    {
      kind: "app",
      externalId,
      name: `Fine-grained token ${textOf(raw.token_name) ?? id} of ${owner.login}`,
      scopes,
      permissionLevel: levelOfPermissions(scopes),
      lastAuthorizedAt: grantedAt,
      lastUsedAt: instantOf(raw.token_last_used_at),
      raw,
    },
    { kind: "grant", appId: externalId, userId: owner.id, grantedAt, reference: id },
  ];
}

async function credential(raw: Json, path: string, members: Members): Promise<OAuthAppItem[]> {
  const id = needId(raw.credential_id, `${path}.credential_id`);
  const login = needText(raw.login, `${path}.login`);
  const type = textOf(raw.credential_type) ?? "credential";
  const isKey = /ssh/i.test(type);
  const note = textOf(raw.authorized_credential_note) ?? textOf(raw.authorized_credential_title);
  const scopes = listOf(raw.scopes).map(String);
  const externalId = `credential:${id}`;
  const grantedAt = instantOf(raw.credential_authorized_at);
  const userId = await members.idOf(login);
  const item: OAuthAppItem = {
    kind: "app",
    externalId,
    name: `${isKey ? "SSH key" : `Classic ${type}`} ${note ?? textOf(raw.token_last_eight) ?? id} of ${login}`,
    scopes,
    // A key has no scopes: it reads and writes what its owner may.
    permissionLevel: isKey ? "MEDIUM" : levelOfScopes(scopes),
    lastAuthorizedAt: grantedAt,
    lastUsedAt: instantOf(raw.credential_accessed_at),
    raw,
  };
  return userId ? [item, { kind: "grant", appId: externalId, userId, grantedAt, reference: id }] : [item];
}

const powerful =
  /^(administration|organization_|members|secrets|workflows|actions|contents|environments|codespaces_secrets|dependabot_secrets|hooks|repository_hooks)/;

/** `contents:write`: who changes code, people or settings is powerful, who reads code or changes anything else is in between. */
export function levelOfPermissions(permissions: readonly string[]): PermissionLevel {
  const writes = permissions.filter((permission) => /:(write|admin)$/.test(permission));
  if (writes.some((permission) => powerful.test(permission))) return "HIGH";
  return writes.length > 0 || permissions.some((permission) => permission.startsWith("contents:")) ? "MEDIUM" : "LOW";
}

/** Scopes of classic tokens and OAuth apps. `repo` is all code of the owner, read and write. */
export function levelOfScopes(scopes: readonly string[]): PermissionLevel {
  if (
    scopes.some((scope) =>
      /^(repo$|admin:|delete_repo|site_admin|write:org|workflow|manage_runners|write:network)/.test(scope),
    )
  )
    return "HIGH";
  return scopes.some((scope) =>
    /^(public_repo|write:|delete:|user$|gist|security_events|codespace|project$)/.test(scope),
  )
    ? "MEDIUM"
    : "LOW";
}

/** Credentials name a login, grants need the id: the members are listed once, if a credential asks. */
class Members {
  readonly #context: Context;
  #ids: Promise<Map<string, string>> | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  async idOf(login: string): Promise<string | null> {
    this.#ids ??= this.#read();
    return (await this.#ids).get(login.toLowerCase()) ?? null;
  }

  async #read(): Promise<Map<string, string>> {
    const members = await readAll(this.#context, `${orgPath(this.#context)}/members?per_page=100`);
    return new Map(
      members.map((one, index) => {
        const { id, login } = accountOf(one, `[${index}]`);
        return [login.toLowerCase(), id];
      }),
    );
  }
}
