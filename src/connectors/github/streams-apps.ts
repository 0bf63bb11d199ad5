import type { Context } from "#src/connector-kit/contract/context.ts";
import type { PermissionLevel } from "#src/connector-kit/contract/kinds.ts";
import type { OAuthAppItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { instantOf, type Json, listOf, needId, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { accountOf, ifThere, itemsOf, nextOf, orgPath, readCursor, storedPath } from "./api.ts";

/** What an app or token of the organization is called in `externalId`: actions take it apart again. */
export type AppKind = "installation" | "token" | "credential";

const phases: readonly AppKind[] = ["installation", "token", "credential"];

/**
 * Installed GitHub Apps; fine-grained tokens (mode app only); classic tokens and SSH keys authorized for SAML. 100 a page.
 * Cursor: the listing and the next page in it.
 * Source: https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/orgs#list-app-installations-for-an-organization
 */
export async function* oauthApps(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<OAuthAppItem>, void, void> {
  const org = orgPath(context);
  const stored = cursor === null ? null : readCursor(cursor);
  const wanted = phases.filter((phase) => phase !== "token" || context.settings.mode === "app");
  const start = Math.max(0, wanted.indexOf(stored?.phase as AppKind));
  const members = new Members(context);
  for (const [position, phase] of wanted.entries()) {
    if (position < start) continue;
    const following = wanted[position + 1];
    let url: string | null =
      stored?.phase === phase && stored.at !== null ? storedPath(stored.at, [org]) : first(phase, org);
    while (url) {
      const asked: string = url;
      // Without SAML there are no authorized credentials to list.
      const page =
        phase === "credential" ? await ifThere(() => context.http.get(asked)) : await context.http.get(asked);
      const items = page ? await itemsFor(phase, page.body, members) : [];
      url = page ? nextOf(page) : null;
      const after = following ? JSON.stringify({ phase: following, at: null }) : null;
      yield { items, cursor: url ? JSON.stringify({ phase, at: url }) : after };
    }
  }
}

function first(phase: AppKind, org: string): string {
  if (phase === "installation") return `${org}/installations?per_page=100`;
  if (phase === "token") return `${org}/personal-access-tokens?per_page=100&sort=created_at&direction=asc`;
  return `${org}/credential-authorizations?per_page=100`;
}

async function itemsFor(phase: AppKind, body: unknown, members: Members): Promise<OAuthAppItem[]> {
  if (phase === "installation") return itemsOf(body, "installations").map(installation);
  if (phase === "token") return itemsOf(body).flatMap(token);
  return (await Promise.all(itemsOf(body).map((raw, index) => credential(raw, index, members)))).flat();
}

function installation(raw: Json, index: number): OAuthAppItem {
  const id = needId(raw.id, `installations[${index}].id`);
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

function token(raw: Json, index: number): OAuthAppItem[] {
  const id = needId(raw.id, `[${index}].id`);
  const permissions = objectOf(raw.permissions);
  const scopes = Object.values(permissions).flatMap((area) =>
    Object.entries(objectOf(area)).map(([name, level]) => `${name}:${String(level)}`),
  );
  const owner = accountOf(objectOf(raw.owner), `[${index}].owner`);
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

async function credential(raw: Json, index: number, members: Members): Promise<OAuthAppItem[]> {
  const id = needId(raw.credential_id, `[${index}].credential_id`);
  const login = needText(raw.login, `[${index}].login`);
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
  private readonly context: Context;
  private ids: Promise<Map<string, string>> | null = null;

  constructor(context: Context) {
    this.context = context;
  }

  async idOf(login: string): Promise<string | null> {
    this.ids ??= this.read();
    return (await this.ids).get(login.toLowerCase()) ?? null;
  }

  private async read(): Promise<Map<string, string>> {
    const ids = new Map<string, string>();
    for await (const page of this.context.http.pages(`${orgPath(this.context)}/members?per_page=100`)) {
      for (const [index, one] of itemsOf(page.body).entries()) {
        const { id, login } = accountOf(one, `[${index}]`);
        ids.set(login.toLowerCase(), id);
      }
    }
    return ids;
  }
}
