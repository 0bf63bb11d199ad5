import type { Context } from "#src/connector-kit/contract/context.ts";
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

/** What the listings do not say of people, from sources that may be missing: each is asked once, and only when it can help. */
export class Directory {
  private readonly context: Context;
  private seats: Map<string, Json> | null = null;
  private nameIds: Map<string, string> | null = null;
  private suspended: Set<string> | null = null;

  constructor(context: Context) {
    this.context = context;
  }

  async learn(people: readonly { login: string; email: string | null }[]): Promise<void> {
    this.seats ??= await this.readSeats();
    this.suspended ??= await this.readSuspended();
    const unknown = people.some(({ login, email }) => !email && !seatEmail(this.seats?.get(login.toLowerCase())));
    if (unknown) this.nameIds ??= await this.readNameIds();
  }

  find(
    login: string,
    email: string | null,
  ): { email: string | null; name: string | null; enterpriseOwner: boolean; suspended: boolean } {
    const key = login.toLowerCase();
    const seat = this.seats?.get(key);
    const found = email ?? seatEmail(seat) ?? this.nameIds?.get(key) ?? null;
    return {
      email: found,
      name: textOf(seat?.github_com_name),
      enterpriseOwner: listOf(seat?.github_com_enterprise_roles).some((role) => String(role).toLowerCase() === "owner"),
      suspended: [key, found?.toLowerCase()].some((name) => name && this.suspended?.has(name)),
    };
  }

  private async readSeats(): Promise<Map<string, Json>> {
    const seats = new Map<string, Json>();
    const enterprise = enterprisePath(this.context);
    if (!enterprise) return seats;
    await whereAllowed(async () => {
      for await (const page of this.context.http.pages(`${enterprise}/consumed-licenses?per_page=100`)) {
        for (const seat of itemsOf(page.body, "users")) {
          const login = textOf(seat.github_com_login);
          if (login) seats.set(login.toLowerCase(), seat);
        }
      }
    });
    return seats;
  }

  private async readNameIds(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    await whereAllowed(async () => {
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
    return found;
  }

  /** Names and e-mails of managed users that are not active. */
  private async readSuspended(): Promise<Set<string>> {
    const suspended = new Set<string>();
    const enterprise = enterprisePath(this.context);
    if (!enterprise) return suspended;
    await whereAllowed(async () => {
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
    return suspended;
  }
}

/** A source of details may be missing (no SAML, no managed users, no such scope): the people are listed without them. */
async function whereAllowed(read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    const missing =
      error instanceof ProviderScopeError ||
      error instanceof ProviderNotFoundError ||
      error instanceof ProviderRequestError;
    if (!missing) throw error;
  }
}

function seatEmail(seat: Json | undefined): string | null {
  if (!seat) return null;
  const nameId = textOf(seat.github_com_saml_name_id);
  return (
    listOf(seat.github_com_verified_domain_emails).map(textOf).find(Boolean) ?? (nameId?.includes("@") ? nameId : null)
  );
}
