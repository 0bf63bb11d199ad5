import { mix } from "../../generator.ts";
import { type Ids, uuids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { timeOf } from "./answers.ts";
import type { Row } from "./encoded-query.ts";
import type { ServicenowPeople } from "./people.ts";

const dayMs = 86_400_000;
const names = ["Gatehouse", "Reporting bridge", "Mobile app", "Chat bot", "Asset sync", "Old integration"];

/** OAuth clients, and the tokens that people gave them. */
export class Apps {
  readonly ids: Ids;
  readonly #tokenIds: Ids;
  readonly #createdAt: number;
  readonly #people: ServicenowPeople;
  readonly #clientId: string;
  readonly inactive = new Set<number>();
  readonly #deleted = new Set<string>();

  constructor({ seed, createdAt }: Required<TenantOptions>, people: ServicenowPeople, clientId: string) {
    this.ids = uuids(seed, 503, { dashes: false });
    this.#tokenIds = uuids(seed, 504, { dashes: false });
    this.#createdAt = createdAt;
    this.#people = people;
    this.#clientId = clientId;
  }

  clients(): Row[] {
    return names.map((name, index) => ({
      ...{ sys_id: this.ids.idOf(index), name, type: "client", active: String(!this.inactive.has(index)) },
      client_id: index === 0 ? this.#clientId : this.ids.idOf(100 + index),
      ...{ redirect_url: "", comments: "", access_token_lifespan: "1800", refresh_token_lifespan: "8640000" },
      ...{ sys_created_by: "admin", sys_created_on: timeOf(this.#createdAt - 300 * dayMs) },
      sys_updated_on: timeOf(this.#createdAt - 300 * dayMs),
    }));
  }

  find(id: string): number | undefined {
    const index = this.ids.indexOfId(id);
    return index !== undefined && index < names.length ? index : undefined;
  }

  /** One of each person for some of the clients. */
  tokens(): Row[] {
    const found: Row[] = [];
    for (let person = 0; person < this.#people.count; person++) {
      if (!this.#people.exists(person)) continue;
      for (let app = 1; app < names.length; app++) {
        if (mix(this.#people.seed, person * 97 + app, 541) % 5 !== 0) continue;
        const sys_id = this.#tokenIds.idOf(person * names.length + app);
        if (!this.#deleted.has(sys_id)) found.push(this.#token(sys_id, app, person));
      }
    }
    return found;
  }

  #token(sys_id: string, app: number, person: number): Row {
    const madeAt = this.#createdAt - (mix(this.#people.seed, person, 542) % 60) * dayMs;
    return {
      ...{
        sys_id,
        name: names[app] ?? "",
        type: "refresh_token",
        peer: this.ids.idOf(app),
        user: this.#people.idOf(person),
      },
      ...{ scopes: app === 2 ? "table_read" : "useraccount", sys_created_on: timeOf(madeAt) },
      expires: timeOf(madeAt + 100 * dayMs),
    };
  }

  /** False when there is no such token. */
  delete(id: string): boolean {
    if (!this.tokens().some(({ sys_id }) => sys_id === id)) return false;
    this.#deleted.add(id);
    return true;
  }
}
