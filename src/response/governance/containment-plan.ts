import { type Db, rawSql } from "#db/client.ts";
import type { ContainmentGoal, ContainmentStep } from "#db/tables/governance.ts";
import type { Instance } from "#db/tables/instances.ts";
import { requireRole, type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { AccountType, ProviderActionKind } from "#src/connector-kit/contract/kinds.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { GatehouseError, NotFoundError } from "#src/errors.ts";
import { loadIdentities } from "#src/inventory/identities/list.ts";
import type { IdentityRow } from "#src/inventory/identities/row.ts";
import { loadTargets, type Planned, planAction, type Targets } from "./plan.ts";

export interface ContainmentPlan {
  identity: IdentityRow;
  /** By account, and of each in the order in which they are carried out. */
  steps: ContainmentStep[];
}

interface Account {
  instanceId: number;
  userId: string;
  email: string | null;
  login: string | null;
  isAdmin: boolean;
  type: AccountType;
}

interface Grant {
  instanceId: number;
  userId: string;
  appId: string;
  name: string;
}

/** What containing a person would do, of the accounts that the viewer may see. Nothing is requested. ADMIN. Throws NotFoundError. */
export async function planContainment(
  core: Pick<Core, "db" | "mail">,
  viewer: Viewer,
  identityId: number,
): Promise<ContainmentPlan> {
  requireRole(viewer, "ADMIN");
  const [identity] = await loadIdentities(core.db, viewer, [identityId]);
  if (!identity) throw new NotFoundError("The identity", ["identityId"]);
  const accounts = await accountsOf(core.db, viewer, identityId);
  const grants = await grantsOf(core.db, accounts);
  const targets = await loadTargets(core.db, [
    ...accounts.map((account) => ({ ...account, kind: "SUSPEND_USER" })),
    ...grants.map(({ instanceId, userId, appId }) => ({
      ...{ kind: "REVOKE_APP_FOR_USER", instanceId, userId, oauthAppId: appId },
    })),
  ]);
  const steps = accounts.flatMap((account) => {
    const own = grants.filter(
      ({ instanceId, userId }) => instanceId === account.instanceId && userId === account.userId,
    );
    return new AccountPlan(core, targets, account).steps(own);
  });
  return { identity, steps };
}

/** A deleted account has nothing left to contain. */
async function accountsOf(db: Db, viewer: Viewer, identityId: number): Promise<Account[]> {
  const sql = rawSql(db);
  const instances = visibleInstances(viewer);
  return sql<Account[]>`
    select instance_id as "instanceId", external_id as "userId", email, login, is_admin as "isAdmin", type from users
    where identity_id = ${identityId} and status <> 'DELETED' and ${instances === null ? sql`true` : sql`instance_id = any(${instances}::int[])`}
    order by instance_id, external_id`;
}

async function grantsOf(db: Db, accounts: readonly Account[]): Promise<Grant[]> {
  if (accounts.length === 0) return [];
  return rawSql(db)<Grant[]>`
    select g.instance_id as "instanceId", g.user_id as "userId", g.app_id as "appId", o.name
    from oauth_grants g join oauth_apps o on o.instance_id = g.instance_id and o.external_id = g.app_id
    where (g.instance_id, g.user_id) in (select * from unnest(${accounts.map(({ instanceId }) => instanceId)}::int[], ${accounts.map(({ userId }) => userId)}::text[]))
    order by g.app_id`;
}

/** What can be done about one account. */
class AccountPlan {
  readonly #core: Pick<Core, "mail">;
  readonly #targets: Targets;
  readonly #account: Account;
  readonly #instance: Instance;
  readonly #name: string;

  constructor(core: Pick<Core, "mail">, targets: Targets, account: Account) {
    this.#core = core;
    this.#targets = targets;
    this.#account = account;
    this.#instance = targets.instances.get(account.instanceId)!;
    this.#name = this.#manifest?.name ?? this.#instance.connectorSlug;
  }

  steps(grants: readonly Grant[]): ContainmentStep[] {
    if (this.#isOurs(this.#account.userId, this.#account.email, this.#account.login))
      return [
        this.#step("SUSPEND", {
          gap: "Gatehouse uses this account to access the app, and would lock itself out. Instead, nothing is done to the account.",
        }),
      ];
    const suspension = this.#suspend();
    return [suspension, this.#endSessions(suspension.kind === "SUSPEND_USER"), ...this.#revokeApps(grants)];
  }

  get #manifest() {
    return connectorBySlug(this.#instance.connectorSlug)?.manifest;
  }

  #suspend(): ContainmentStep {
    const plan = this.#try("SUSPEND_USER", "suspend this account");
    if (typeof plan !== "string") return this.#step("SUSPEND", plan);
    const other = this.#account.isAdmin ? this.#try("REVOKE_ADMIN_PRIVILEGES", "") : "";
    if (typeof other !== "string" && other.revertible)
      return {
        ...this.#step("SUSPEND", other),
        gap: `${plan} Instead, the admin privileges of the account are revoked.`,
      };
    return this.#step("SUSPEND", { gap: `${plan} Instead, nothing is done: suspend the account in the app.` });
  }

  #endSessions(suspends: boolean): ContainmentStep {
    const plan = this.#try("REQUIRE_SIGN_IN_AGAIN", "end sessions");
    if (typeof plan !== "string") return this.#step("END_SESSIONS", plan);
    if (suspends && this.#manifest?.actions?.SUSPEND_USER?.endsSessions)
      return this.#step("END_SESSIONS", { note: "The suspension ends the sessions as well." });
    const instead = suspends
      ? "Instead, the suspension prevents new sessions, and open ones last until they expire."
      : "Instead, nothing is done: sessions last until they expire.";
    return this.#step("END_SESSIONS", { gap: `${plan} ${instead}` });
  }

  #revokeApps(grants: readonly Grant[]): ContainmentStep[] {
    if (!this.#manifest?.actions?.REVOKE_APP_FOR_USER) {
      const gap = `${this.#name} does not let Gatehouse revoke the app permissions of one account. Instead, nothing is done: they last as long as the app accepts them.`;
      return [this.#step("REVOKE_APPS", { gap })];
    }
    return grants.map(({ appId, name }) => {
      if (this.#isOurs(appId))
        return this.#step("REVOKE_APPS", {
          oauthAppId: appId,
          note: "This is the permission of Gatehouse itself, without which nothing could be reverted. It is kept.",
        });
      const plan = this.#try("REVOKE_APP_FOR_USER", "", appId);
      if (typeof plan !== "string") return this.#step("REVOKE_APPS", plan);
      return this.#step("REVOKE_APPS", {
        oauthAppId: appId,
        gap: `${plan} Instead, nothing is done: ${name} keeps its permissions.`,
      });
    });
  }

  /** The action, or in a sentence why not. */
  #try(kind: ProviderActionKind, doing: string, oauthAppId: string | null = null): Planned | string {
    const { instanceId, userId, type } = this.#account;
    const fact = this.#manifest?.actions?.[kind];
    if (!fact || (fact.accounts && !fact.accounts.includes(type)))
      return `${this.#name} does not let Gatehouse ${doing}.`;
    try {
      return planAction(this.#core, this.#targets, { kind, instanceId, userId, oauthAppId });
    } catch (error) {
      if (error instanceof GatehouseError) return error.message;
      throw error;
    }
  }

  #step(
    goal: ContainmentGoal,
    {
      kind = null,
      oauthAppId,
      revertible = false,
      note = null,
      gap,
    }: {
      kind?: ProviderActionKind | Planned["kind"] | null;
      oauthAppId?: string | null | undefined;
      revertible?: boolean;
      note?: string | null;
      gap?: string;
    },
  ): ContainmentStep {
    const { instanceId, userId } = this.#account;
    return {
      ...{ instanceId, userId, goal, kind, revertible, note },
      ...{ oauthAppId: oauthAppId ?? null, gap: gap ?? null, actionId: null },
    };
  }

  /** An account or app that the settings of the instance name: Gatehouse acts as it. */
  #isOurs(...names: (string | null)[]): boolean {
    const used = Object.values(this.#instance.settings).map((value) => String(value).toLowerCase());
    return names.some((name) => name !== null && used.includes(name.toLowerCase()));
  }
}

/** What reverting a containment does about a step, as a sentence. */
export function onRevert({ goal, kind, revertible }: ContainmentStep): string {
  if (kind === null) return "Nothing: the step changes nothing.";
  if (revertible)
    return kind === "SUSPEND_USER"
      ? "The account is reinstated, unless it was already suspended before."
      : "What was revoked is granted again, unless it was already revoked before.";
  return goal === "END_SESSIONS"
    ? "Nothing: ended sessions cannot be restored. The person signs in again."
    : "Nothing: a revoked permission cannot be restored. The person has to grant it again.";
}
