import { indexOfHandle, mix, type Person, personAt } from "../../generator.ts";
import { People } from "../../kit/directory.ts";
import type { TenantOptions } from "../../provider.ts";
import type { Hierarchy } from "./hierarchy.ts";

export type Status = "active" | "disabled";

const uses = ["ci", "deploy", "backup", "etl", "web", "metrics"];

/** Service accounts come first, then people: the same people as at every other provider. */
export class Principals extends People<Status> {
  readonly accounts: number;
  readonly #emailOf: (index: number) => string;

  constructor(options: Required<TenantOptions>, hierarchy: Hierarchy) {
    const accounts = Math.max(3, Math.floor(options.users / 4));
    const emailOf = (index: number) =>
      index < accounts
        ? `${uses[index % uses.length]}-${index}@${hierarchy.project(index).path.slice("projects/".length)}.iam.gserviceaccount.com`
        : `${personAt(options.seed, index - accounts).handle}@${options.name}.example`;
    super(options, {
      idOf: (index) => `${index < accounts ? "serviceAccount" : "user"}:${emailOf(index)}`,
      indexOfId: (id) => {
        const [, account] = /^serviceAccount:\w+-(\d+)@/.exec(id) ?? [];
        const [, handle] = /^user:([^@]+)@/.exec(id) ?? [];
        const person = handle === undefined ? undefined : indexOfHandle(options.seed, handle);
        const index = account !== undefined ? Number(account) : person === undefined ? undefined : person + accounts;
        return index !== undefined && id.endsWith(`:${emailOf(index)}`) ? index : undefined;
      },
      statusOf: (index) =>
        index < accounts && index > 3 && mix(options.seed, index, 611) % 9 === 0 ? "disabled" : "active",
    });
    this.accounts = accounts;
    this.#emailOf = emailOf;
  }

  override person(index: number): Person {
    return super.person(Math.max(0, index - this.accounts));
  }

  override emailOf(index: number): string {
    return this.#emailOf(index);
  }

  override find(text: string): number | undefined {
    const id = text.includes(":")
      ? text
      : `${text.endsWith(".gserviceaccount.com") ? "serviceAccount" : "user"}:${text}`;
    const index = this.indexOf(id.toLowerCase().replace(/^serviceaccount:/, "serviceAccount:"));
    return index !== undefined && this.exists(index) ? index : undefined;
  }

  isAccount(index: number): boolean {
    return index < this.accounts;
  }

  uniqueIdOf(index: number): string {
    return `1${String(mix(this.seed, index, 612)).padStart(10, "0")}${String(mix(this.seed, index, 613)).padStart(10, "0")}`;
  }
}
