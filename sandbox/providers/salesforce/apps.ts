import { createHash } from "node:crypto";
import { mix } from "../../generator.ts";
import type { TenantOptions } from "../../provider.ts";
import { timeOf } from "./answers.ts";
import { salesforceIds } from "./ids.ts";
import type { SalesforcePeople } from "./people.ts";
import type { Row } from "./soql.ts";

const names = ["Data Loader", "Sync Tool", "Outlook Link", "Report Mailer", "Field Service", "Salesforce CLI"];
/** The others are used without having been installed. */
const installed = 4;
const dayMs = 86_400_000;

/** Connected apps, and the tokens that users gave them. */
export class AppTokens {
  readonly #options: Required<TenantOptions>;
  readonly #people: SalesforcePeople;
  readonly #revoked = new Set<string>();
  #known: { key: string; tokens: Row[] } = { key: "", tokens: [] };

  constructor(options: Required<TenantOptions>, people: SalesforcePeople) {
    this.#options = options;
    this.#people = people;
  }

  apps(): Row[] {
    const ids = salesforceIds("0H4", this.#options.seed);
    return names.slice(0, installed).map((Name, index) => ({
      ...{ Id: ids.idOf(index), Name, OptionsAllowAdminApprovedUsersOnly: index === 0 },
      CreatedDate: timeOf(this.#options.createdAt - 300 * dayMs),
    }));
  }

  /** Their ids are always empty. */
  tokens(): Row[] {
    const key = `${this.#people.count} ${this.#revoked.size}`;
    if (this.#known.key !== key) this.#known = { key, tokens: this.#make() };
    return this.#known.tokens;
  }

  #make(): Row[] {
    const { seed, createdAt } = this.#options;
    const found: Row[] = [];
    for (let person = 0; person < this.#people.count; person++) {
      for (const [app, AppName] of names.entries()) {
        const number = mix(seed, person * 10 + app, 441);
        const DeleteToken = createHash("sha256").update(`${seed}/${person}/${app}`).digest("base64url");
        if (number % 4 !== 0 || !this.#people.exists(person) || this.#revoked.has(DeleteToken)) continue;
        found.push({
          ...{ Id: null, AppName, AppMenuItemId: null, UserId: this.#people.idOf(person), UseCount: number % 300 },
          LastUsedDate: timeOf(createdAt - (number % 140) * dayMs),
          ...{ CreatedDate: timeOf(createdAt - 200 * dayMs), DeleteToken },
        });
      }
    }
    return found;
  }

  /** False for a token that is not there. */
  revoke(deleteToken: string): boolean {
    const isThere = this.tokens().some((token) => token.DeleteToken === deleteToken);
    this.#revoked.add(deleteToken);
    return isThere;
  }
}
