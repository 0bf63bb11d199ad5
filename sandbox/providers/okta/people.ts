import { chance, idAt, indexOfHandle, indexOfId, mix, personAt } from "../../generator.ts";
import type { TenantOptions } from "../../provider.ts";

export type Status =
  | "STAGED"
  | "PROVISIONED"
  | "ACTIVE"
  | "RECOVERY"
  | "PASSWORD_EXPIRED"
  | "LOCKED_OUT"
  | "SUSPENDED"
  | "DEPROVISIONED";

/** What has been changed of a user since the tenant was made. */
interface Changes {
  status?: Status;
  statusChanged?: number;
  lastUpdated?: number;
  lastLogin?: number;
  passwordChanged?: number;
  profile?: Record<string, unknown>;
  deleted?: boolean;
}

const dayMs = 86_400_000;
const idLength = 20;
const departments = ["Engineering", "Sales", "Finance", "Support", "Legal", "Marketing"];

/** Users with a few that are not active; of those given up, only an id remains. */
export class People {
  readonly domain: string;
  private made: number;
  private readonly options: Required<TenantOptions>;
  private readonly seed: number;
  private readonly changes = new Map<number, Changes>();

  constructor(options: Required<TenantOptions>) {
    this.options = options;
    this.seed = options.seed;
    this.made = options.users;
    this.domain = `${options.name}.example`;
  }

  /** Users ever made, deleted ones included. */
  get total(): number {
    return this.made;
  }

  exists(index: number): boolean {
    return index >= 0 && index < this.made && !this.changes.get(index)?.deleted;
  }

  idOf(index: number): string {
    return idAt("00u", this.seed, index, idLength);
  }

  loginOf(index: number): string {
    return `${personAt(this.seed, index).handle}@${this.domain}`;
  }

  nameOf(index: number): string {
    return personAt(this.seed, index).name;
  }

  /** The number in a user id, whether or not that user still exists. */
  indexOf(id: string): number | undefined {
    const index = indexOfId(id, "00u", this.seed, idLength);
    return index !== undefined && index < this.made ? index : undefined;
  }

  /** By id, login, or login without its domain. */
  find(text: string): number | undefined {
    const index = this.indexOf(text) ?? indexOfHandle(this.seed, text.split("@")[0]?.toLowerCase() ?? "");
    if (index === undefined || !this.exists(index)) return undefined;
    return text.includes("@") && text.toLowerCase() !== this.loginOf(index) ? undefined : index;
  }

  status(index: number): Status {
    const changed = this.changes.get(index)?.status;
    if (changed) return changed;
    // The first are administrators and people the demo knows by name.
    if (index < 12 || index >= this.options.users) return "ACTIVE";
    const number = mix(this.seed, index, 151) % 200;
    if (number < 176) return "ACTIVE";
    if (number < 180) return "STAGED";
    if (number < 184) return "PROVISIONED";
    if (number < 188) return "PASSWORD_EXPIRED";
    if (number < 190) return "RECOVERY";
    if (number < 192) return "LOCKED_OUT";
    return number < 195 ? "SUSPENDED" : "DEPROVISIONED";
  }

  lastUpdated(index: number): number {
    return (
      this.changes.get(index)?.lastUpdated ?? this.options.createdAt - (1 + (mix(this.seed, index, 152) % 300)) * dayMs
    );
  }

  /** Passwords of these people live in a directory, out of Okta's reach. */
  federated(index: number): boolean {
    return index >= 12 && chance(mix(this.seed, index, 153), 5);
  }

  change(index: number, now: number, changes: Changes): void {
    const statusChanged = changes.status && changes.status !== this.status(index) ? { statusChanged: now } : {};
    this.changes.set(index, { ...this.changes.get(index), ...changes, ...statusChanged, lastUpdated: now });
  }

  signedIn(index: number, at: number): void {
    this.changes.set(index, { ...this.changes.get(index), lastLogin: at });
  }

  add(now: number): number {
    this.made += 1;
    this.change(this.made - 1, now, { statusChanged: now });
    return this.made - 1;
  }

  record(index: number, origin: string): Record<string, unknown> {
    const person = personAt(this.seed, index);
    const changed = this.changes.get(index);
    const status = this.status(index);
    const login = `${person.handle}@${this.domain}`;
    const id = this.idOf(index);
    const created =
      index < this.options.users
        ? this.options.createdAt - (310 + (mix(this.seed, index, 154) % 500)) * dayMs
        : this.lastUpdated(index);
    const never = status === "STAGED" || status === "PROVISIONED";
    const lastLogin =
      changed?.lastLogin ?? (never ? undefined : this.options.createdAt - (mix(this.seed, index, 155) % (40 * dayMs)));
    const activated = status === "STAGED" ? null : iso(created + 60_000);
    return {
      id,
      status,
      created: iso(created),
      activated,
      statusChanged: changed?.statusChanged ? iso(changed.statusChanged) : activated,
      lastLogin: lastLogin === undefined ? null : iso(lastLogin),
      lastUpdated: iso(this.lastUpdated(index)),
      passwordChanged: never
        ? null
        : iso(changed?.passwordChanged ?? created + (mix(this.seed, index, 156) % 300) * dayMs),
      type: { id: idAt("oty", this.seed, 0, idLength) },
      profile: {
        firstName: person.first,
        lastName: person.last,
        mobilePhone: null,
        secondEmail: null,
        login,
        email: login,
        department: departments[index % departments.length],
        ...changed?.profile,
      },
      credentials: {
        provider: this.federated(index)
          ? { type: "ACTIVE_DIRECTORY", name: `${this.options.name}.local` }
          : { type: "OKTA", name: "OKTA" },
      },
      _links: { self: { href: `${origin}/api/v1/users/${id}` } },
    };
  }
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}
