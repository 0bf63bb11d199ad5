import type { Context } from "#src/connector-kit/contract/context.ts";
import type { UserStatus } from "#src/connector-kit/contract/kinds.ts";
import { isObject, type Json, listOf, needList, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError, ProviderRequestError, ProviderScopeError } from "#src/errors.ts";
import { enterprisePath, graphql, itemsOf, scimType } from "./api.ts";

const identitiesQuery = `query($org: String!, $after: String) {
  organization(login: $org) {
    samlIdentityProvider {
      externalIdentities(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        edges { node { guid samlIdentity { nameId } scimIdentity { username } user { login } } }
      }
    }
  }
}`;

/** What a source of details gave; `denied` when it is there and the credential may not read it. */
interface Source<T> {
  found: T;
  denied: boolean;
}

/** What the listings do not say of people, from sources that may be missing: each is asked once, and only when it can help. */
export class Directory {
  private readonly context: Context;
  private seats: Source<Map<string, Json>> | null = null;
  private nameIds: Source<Map<string, string>> | null = null;
  private suspended: Source<Set<string>> | null = null;

  constructor(context: Context) {
    this.context = context;
  }

  async learn(people: readonly { login: string; email: string | null }[]): Promise<void> {
    this.seats ??= await this.readSeats();
    this.suspended ??= await this.readSuspended();
    const unknown = people.some(({ login, email }) => !email && !seatEmail(this.seats?.found.get(login.toLowerCase())));
    if (unknown) this.nameIds ??= await this.readNameIds();
  }

  find(
    login: string,
    email: string | null,
  ): { email: string | null; name: string | null; enterpriseOwner: boolean; status: UserStatus } {
    const key = login.toLowerCase();
    const seat = this.seats?.found.get(key);
    const found = email ?? seatEmail(seat) ?? this.nameIds?.found.get(key) ?? null;
    return {
      email: found,
      name: textOf(seat?.github_com_name),
      enterpriseOwner: listOf(seat?.github_com_enterprise_roles).some((role) => String(role).toLowerCase() === "owner"),
      status: this.statusOf(key, found?.toLowerCase() ?? null),
    };
  }

  /** Active is who is known not to be suspended: by SCIM, and under a name or e-mail that nobody kept from us. */
  private statusOf(login: string, email: string | null): UserStatus {
    const suspended = this.suspended?.found ?? new Set<string>();
    if (suspended.has(login) || (email !== null && suspended.has(email))) return "SUSPENDED";
    if (this.suspended?.denied) return "UNKNOWN";
    const isNameless = email === null && (this.seats?.denied || this.nameIds?.denied);
    return suspended.size > 0 && isNameless ? "UNKNOWN" : "ACTIVE";
  }

  private async readSeats(): Promise<Source<Map<string, Json>>> {
    const seats = new Map<string, Json>();
    const enterprise = enterprisePath(this.context);
    if (!enterprise) return { found: seats, denied: false };
    const denied = await isDenied(async () => {
      for await (const page of this.context.http.pages(`${enterprise}/consumed-licenses?per_page=100`)) {
        for (const seat of itemsOf(page.body, "users")) {
          const login = textOf(seat.github_com_login);
          if (login) seats.set(login.toLowerCase(), seat);
        }
      }
    });
    return { found: seats, denied };
  }

  private async readNameIds(): Promise<Source<Map<string, string>>> {
    const found = new Map<string, string>();
    const denied = await isDenied(async () => {
      let after: string | null = null;
      do {
        const organization = await graphql(this.context, "organization", identitiesQuery, {
          org: this.context.settings.org,
          after,
        });
        const identities = objectOf(objectOf(organization.samlIdentityProvider).externalIdentities);
        for (const edge of listOf(identities.edges)) {
          const node = objectOf(objectOf(edge).node);
          const login = textOf(objectOf(node.user).login);
          const name = textOf(objectOf(node.samlIdentity).nameId) ?? textOf(objectOf(node.scimIdentity).username);
          if (login && name?.includes("@")) found.set(login.toLowerCase(), name);
        }
        const info = objectOf(identities.pageInfo);
        const end: string | null = info.hasNextPage === true ? textOf(info.endCursor) : null;
        after = end === after ? null : end;
      } while (after);
    });
    return { found, denied };
  }

  /** Names and e-mails of managed users that are not active. */
  private async readSuspended(): Promise<Source<Set<string>>> {
    const suspended = new Set<string>();
    const enterprise = enterprisePath(this.context);
    if (!enterprise) return { found: suspended, denied: false };
    const denied = await isDenied(async () => {
      for (let startIndex = 1, more = true; more; ) {
        const { body } = await this.context.http.get(`/scim/v2${enterprise}/Users?startIndex=${startIndex}&count=100`, {
          headers: { accept: scimType },
        });
        const page = needObject(body, "body");
        const resources = needList(page.Resources, "Resources").filter(isObject);
        for (const user of resources.filter(({ active }) => active === false)) {
          for (const name of [user.userName, ...listOf(user.emails).map((email) => objectOf(email).value)]) {
            if (textOf(name)) suspended.add(String(name).toLowerCase());
          }
        }
        startIndex += resources.length;
        more = resources.length > 0 && typeof page.totalResults === "number" && startIndex <= page.totalResults;
      }
    });
    return { found: suspended, denied };
  }
}

/**
 * A source of details may be missing (no SAML, no managed users: GitHub answers that it is not there) or be denied:
 * the people are listed without it, and what it would have returned stays unknown.
 */
async function isDenied(read: () => Promise<void>): Promise<boolean> {
  try {
    await read();
    return false;
  } catch (error) {
    if (error instanceof ProviderNotFoundError) return false;
    if (error instanceof ProviderScopeError || error instanceof ProviderRequestError) return true;
    throw error;
  }
}

function seatEmail(seat: Json | undefined): string | null {
  if (!seat) return null;
  const nameId = textOf(seat.github_com_saml_name_id);
  return (
    listOf(seat.github_com_verified_domain_emails).map(textOf).find(Boolean) ?? (nameId?.includes("@") ? nameId : null)
  );
}
