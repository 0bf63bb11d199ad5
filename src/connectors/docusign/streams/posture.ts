import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import {
  instantOf,
  isObject,
  type Json,
  listOf,
  needList,
  needObject,
  objectOf,
  textOf,
  valueAt,
} from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { type Account, accountsOf, accountUrl, membersOf, organizationPath } from "../api.ts";
import { isTrue } from "../map-people.ts";

const dayMs = 86_400_000;
/** A call each: more administrators than these are a finding of their own. */
const maxProfiles = 50;

/** What checks see of one account, under its name. */
export interface OfAccount<T> {
  account: string;
  value: T;
}

export interface Administrator {
  email: string;
  /** Whole days since the last sign-in; null: never, as far as DocuSign reports. */
  idleDays: number | null;
}

export interface AdministratorProfile {
  email: string;
  twoStep: boolean;
  /** Signs in through the identity provider, and in no other way. */
  federated: boolean;
}

export interface IdentityProvider {
  name: string;
  type: string;
  certificates: { valid: boolean; daysLeft: number | null }[];
}

export interface ClaimedDomain {
  name: string;
  isActive: boolean;
  hasProvider: boolean;
}

/** One page, nothing to resume. */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  const accounts = accountsOf(context);
  let listed: Promise<OfAccount<Administrator[]>[]> | undefined;
  const administrators = () => (listed ??= readOfEach(accounts, (account) => administratorsOf(context, account)));
  const read = async (url: string) => needObject((await context.http.get(url)).body, "$");
  const items = await readSettings(context, {
    settings: () => readOfEach(accounts, (account) => read(accountUrl(account, "/settings"))),
    passwordRules: () => readOfEach(accounts, (account) => read(accountUrl(account, "/settings/password_rules"))),
    connect: () =>
      readOfEach(accounts, async (account) =>
        listOf((await read(accountUrl(account, "/connect"))).configurations).map(toConfiguration),
      ),
    administrators,
    identityProviders: async () => {
      const body = await read(`${organizationPath(context)}/identity_providers`);
      return needList(body.identity_providers, "identity_providers").map((one) => toProvider(one, context.now()));
    },
    domains: async () => {
      const body = await read(`${organizationPath(context)}/reserved_domains`);
      return needList(body.reserved_domains, "reserved_domains").map(toDomain);
    },
    administratorProfiles: async () => {
      const emails = (await administrators()).flatMap(({ value }) => value.map(({ email }) => email));
      const profiles: AdministratorProfile[] = [];
      for (const email of [...new Set(emails)].slice(0, maxProfiles)) {
        const url = `${organizationPath(context)}/users/profile`;
        const { body } = await context.http.get(url, { query: { email } });
        profiles.push(...listOf(objectOf(body).users).map((one) => toProfile(email, objectOf(one))));
      }
      return profiles;
    },
  });
  yield { items, cursor: null };
};

async function readOfEach<T>(
  accounts: readonly Account[],
  read: (account: Account) => Promise<T>,
): Promise<OfAccount<T>[]> {
  const all: OfAccount<T>[] = [];
  for (const account of accounts) all.push({ account: account.name, value: await read(account) });
  return all;
}

async function administratorsOf(context: StreamContext, account: Account): Promise<Administrator[]> {
  const found: Administrator[] = [];
  for await (const { records } of walkPages(context, membersOf(account)))
    for (const user of records.filter(isObject))
      if (isTrue(user.isAdmin) && textOf(user.userStatus)?.toLowerCase() === "active")
        found.push({ email: textOf(user.email) ?? "", idleDays: daysTo(context.now(), instantOf(user.lastLogin)) });
  return found;
}

function daysTo(later: Date | null, earlier: Date | null): number | null {
  return later && earlier ? Math.floor((later.getTime() - earlier.getTime()) / dayMs) : null;
}

/** Neither the address with its parameters nor a password is kept. */
function toConfiguration(value: unknown): Json {
  const { name, urlToPublishTo, includeHMAC } = objectOf(value);
  const target = textOf(urlToPublishTo) === null ? null : URL.parse(String(urlToPublishTo));
  return {
    name,
    host: target?.hostname ?? null,
    isEncrypted: target?.protocol === "https:",
    isSigned: isTrue(includeHMAC),
  };
}

function toProvider(value: unknown, now: Date): IdentityProvider {
  const provider = objectOf(value);
  return {
    name: textOf(provider.friendly_name) ?? "",
    type: textOf(provider.type) ?? "none",
    certificates: listOf(valueAt(provider, "saml_20.certificates")).map((one) => {
      const { is_valid, expiration_date } = objectOf(one);
      return { valid: is_valid === true, daysLeft: daysTo(instantOf(expiration_date), now) };
    }),
  };
}

function toDomain(value: unknown): ClaimedDomain {
  const { host_name, status, identity_provider_id } = objectOf(value);
  return {
    name: textOf(host_name) ?? "",
    isActive: status === "active",
    hasProvider: textOf(identity_provider_id) !== null,
  };
}

function toProfile(email: string, user: Json): AdministratorProfile {
  return {
    email,
    twoStep: user.require_two_step_verification === true,
    federated: user.federated_status === "FedAuthRequired",
  };
}
