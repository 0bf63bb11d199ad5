import type { Context } from "#src/connector-kit/contract/context.ts";
import type { UserStatus } from "#src/connector-kit/contract/kinds.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { byScim, type Pager } from "#src/connector-kit/pagers.ts";
import { type Json, listOf, needObject, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError, StreamCursorError } from "#src/errors.ts";
import { byConnection, byNext, enterprisePath, isDenial } from "./api.ts";

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
interface Source {
  records: Json[];
  denied: boolean;
}

interface Seats {
  byLogin: Map<string, Json>;
  denied: boolean;
}

/** What the listings do not say of people, from sources that may be missing: each is read once, and only when it can help. */
export class Directory {
  readonly #context: Context;
  #seats: Seats | null = null;
  #suspended: { names: Set<string>; denied: boolean } | null = null;
  #nameIds: { byLogin: Map<string, string>; denied: boolean } | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Reads what everybody needs along with a page, so that what goes wrong there is no fault of a person's record. */
  along(page: Pager): Pager {
    return async (context, first, at) => {
      const found = await page(context, first, at);
      await this.#load();
      return found;
    };
  }

  async #load() {
    this.#seats ??= await this.#readSeats();
    this.#suspended ??= await this.#readSuspended();
    return { seats: this.#seats, suspended: this.#suspended };
  }

  /** `verified`: the e-mail that the listing has, of a domain that the organization has proved. */
  async find(
    login: string,
    verified: string | null,
  ): Promise<{ email: string | null; name: string | null; enterpriseOwner: boolean; status: UserStatus }> {
    const { seats, suspended } = await this.#load();
    const key = login.toLowerCase();
    const seat = seats.byLogin.get(key) ?? {};
    let email = verified ?? seatEmail(seat);
    let isNameless = false;
    if (email === null) {
      this.#nameIds ??= await this.#readNameIds();
      email = this.#nameIds.byLogin.get(key) ?? null;
      isNameless = email === null && (seats.denied || this.#nameIds.denied);
    }
    const isSuspended = [key, email?.toLowerCase()].some((name) => name !== undefined && suspended.names.has(name));
    // Active is who is known not to be suspended: by SCIM, and under a name or e-mail that nobody kept from us.
    const isUnknown = suspended.denied || (suspended.names.size > 0 && isNameless);
    return {
      email,
      name: textOf(seat.github_com_name),
      enterpriseOwner: isEnterpriseOwner(seat),
      status: isSuspended ? "SUSPENDED" : isUnknown ? "UNKNOWN" : "ACTIVE",
    };
  }

  async #readSeats(): Promise<Seats> {
    const enterprise = enterprisePath(this.#context);
    const { records, denied } = await this.#read(
      enterprise && `${enterprise}/consumed-licenses?per_page=100`,
      byNext("users"),
    );
    const seats = records.map((seat) => [textOf(seat.github_com_login)?.toLowerCase() ?? "", seat] as const);
    return { byLogin: new Map(seats), denied };
  }

  async #readNameIds(): Promise<{ byLogin: Map<string, string>; denied: boolean }> {
    const path = "samlIdentityProvider.externalIdentities";
    const pager = byConnection(identitiesQuery, path, (organization) => valueAt(organization, path));
    const { records, denied } = await this.#read("/graphql", pager);
    const byLogin = new Map<string, string>();
    for (const { node } of records) {
      const login = textOf(valueAt(node, "user.login"));
      const name = textOf(valueAt(node, "samlIdentity.nameId")) ?? textOf(valueAt(node, "scimIdentity.username"));
      if (login && name?.includes("@")) byLogin.set(login.toLowerCase(), name);
    }
    return { byLogin, denied };
  }

  /** Names and e-mails of managed users that are not active. */
  async #readSuspended(): Promise<{ names: Set<string>; denied: boolean }> {
    const enterprise = enterprisePath(this.#context);
    const { records, denied } = await this.#read(enterprise && `/scim/v2${enterprise}/Users`, byScim());
    return { names: new Set(records.filter(({ active }) => active === false).flatMap(namesOf)), denied };
  }

  /**
   * A source of details may be missing (no SAML, no managed users: GitHub answers that it is not there) or be denied: the people are listed
   * without it, and what it would have returned stays unknown.
   */
  async #read(first: string | null, page: Pager): Promise<Source> {
    const records: Json[] = [];
    if (first === null) return { records, denied: false };
    try {
      for await (const { records: found, path } of walkPages(this.#context, { name: first, first, page }))
        records.push(...found.map((one, index) => needObject(one, `${path}[${index}]`)));
      return { records, denied: false };
    } catch (error) {
      if (error instanceof ProviderNotFoundError) return { records, denied: false };
      // Refused on a later page.
      if (isDenial(error) || error instanceof StreamCursorError) return { records, denied: true };
      throw error;
    }
  }
}

/** SCIM knows people by the identity provider's user name and e-mails, in small letters here. */
export function namesOf(user: Json): string[] {
  const names = [user.userName, ...listOf(user.emails).map((email) => objectOf(email).value)];
  return names.flatMap((name) => textOf(name)?.toLowerCase() ?? []);
}

/** By the licence of the enterprise. */
export function isEnterpriseOwner(seat: Json): boolean {
  return listOf(seat.github_com_enterprise_roles).some((role) => String(role).toLowerCase() === "owner");
}

function seatEmail(seat: Json): string | null {
  const nameId = textOf(seat.github_com_saml_name_id);
  const verified = listOf(seat.github_com_verified_domain_emails).map(textOf).find(Boolean);
  return verified ?? (nameId?.includes("@") ? nameId : null);
}
