import { mix, uuidAt } from "../../generator.ts";
import { hydra, iso } from "./answers.ts";
import type { WebexPeople } from "./people.ts";

const apps = ["Trello for Webex", "Meeting notes", "Developer Portal"];
const types = ["refresh", "access"] as const;

/** Integrations that people allowed: each holds a refresh token and an access token. */
export class Authorizations {
  readonly #people: WebexPeople;
  readonly #revoked = new Set<string>();

  constructor(people: WebexPeople) {
    this.#people = people;
  }

  of(person: number): Record<string, unknown>[] {
    const { seed } = this.#people;
    return apps.flatMap((applicationName, app) =>
      types.flatMap((type, index) => {
        const id = hydra("AUTHORIZATION", uuidAt(seed, (person * apps.length + app) * 2 + index, 911));
        if (app !== person % apps.length || person % 10 === 0) return [];
        if (this.#revoked.has(id)) return [];
        return {
          ...{ id, applicationId: hydra("APPLICATION", this.#clientId(app)), applicationName },
          ...{ personId: this.#people.idOf(person), clientId: this.#clientId(app) },
          ...{ created: iso(1_700_000_000_000 + (mix(seed, person, 913) % 1_000_000_000)), type },
        };
      }),
    );
  }

  /** A refresh token takes its access tokens with it. False: there is none. */
  revoke(id: string): boolean {
    for (let person = 0; person < this.#people.count; person++) {
      const held = this.of(person);
      const found = held.find((one) => one.id === id);
      if (!found) continue;
      const lost = found.type === "refresh" ? held.filter((one) => one.clientId === found.clientId) : [found];
      for (const one of lost) this.#revoked.add(String(one.id));
      return true;
    }
    return false;
  }

  revokeClient(clientId: string): boolean {
    const all = Array.from({ length: this.#people.count }, (_, person) => this.of(person)).flat();
    const found = all.filter((one) => one.clientId === clientId);
    for (const { id } of found) this.#revoked.add(String(id));
    return found.length > 0;
  }

  #clientId(app: number): string {
    return `C${uuidAt(this.#people.seed, app, 914).replaceAll("-", "")}`;
  }
}
