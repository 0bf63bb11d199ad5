import { createHash } from "node:crypto";
import { mix } from "../../generator.ts";
import type { Principals } from "./principals.ts";

export interface AccountKey {
  account: number;
  id: string;
  keyType: "USER_MANAGED" | "SYSTEM_MANAGED";
  createdAt: number;
  disabled: boolean;
}

const dayMs = 86_400_000;

/** Keys of the service accounts: each has one of Google's, every second one that people made. */
export class AccountKeys {
  readonly list: AccountKey[] = [];

  constructor(people: Principals, createdAt: number) {
    for (let account = 0; account < people.accounts; account++) {
      const idOf = (which: string) => createHash("sha1").update(`${people.seed} ${account} ${which}`).digest("hex");
      const age = (mix(people.seed, account, 631) % 400) * dayMs;
      this.list.push({
        account,
        id: idOf("google"),
        keyType: "SYSTEM_MANAGED",
        createdAt: createdAt - dayMs,
        disabled: false,
      });
      if (account % 2 === 0 || account < 3)
        this.list.push({
          account,
          id: idOf("own"),
          keyType: "USER_MANAGED",
          createdAt: createdAt - age,
          disabled: false,
        });
    }
  }

  find(id: string): AccountKey | undefined {
    return this.list.find((key) => key.id === id);
  }

  remove(key: AccountKey): void {
    this.list.splice(this.list.indexOf(key), 1);
  }
}
