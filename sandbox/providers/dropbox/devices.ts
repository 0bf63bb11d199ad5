import { chance, mix, originAt } from "../../generator.ts";
import { tag, timeOf } from "./answers.ts";
import type { DropboxPeople } from "./people.ts";

interface LinkedApp {
  app_id: string;
  app_name: string;
  publisher: string;
  is_app_folder: boolean;
}

const apps: readonly LinkedApp[] = [
  { app_id: "804411", app_name: "Sign & Send", publisher: "Paperwork Ltd", is_app_folder: true },
  { app_id: "804412", app_name: "Whiteboard", publisher: "Chalk Inc", is_app_folder: true },
  { app_id: "804413", app_name: "Meeting notes", publisher: "Minutely", is_app_folder: false },
  { app_id: "804414", app_name: "Backup anywhere", publisher: "Unknown developer", is_app_folder: false },
];

const dayMs = 86_400_000;

/** Sessions, devices and linked apps of members, and which of them were ended. */
export class Devices {
  readonly #people: DropboxPeople;
  readonly #seed: number;
  readonly #createdAt: number;
  readonly #ended = new Set<string>();

  constructor(people: DropboxPeople, { seed, createdAt }: { seed: number; createdAt: number }) {
    this.#people = people;
    this.#seed = seed;
    this.#createdAt = createdAt;
  }

  /** https://www.dropbox.com/developers/documentation/http/teams#team-devices-list_member_devices */
  of(person: number): {
    web: Record<string, unknown>[];
    desktop: Record<string, unknown>[];
    mobile: Record<string, unknown>[];
  } {
    if (this.#people.status(person) === "invited") return { web: [], desktop: [], mobile: [] };
    const { agent } = originAt(this.#seed, person, 1);
    const host_name = `${this.#people.person(person).first.toLowerCase()}-laptop`;
    return {
      web: this.#session("dbwsid", person, 1, { user_agent: agent.raw, os: "Windows", browser: "Chrome" }),
      desktop: this.#session("dbdsid", person, chance(mix(this.#seed, person, 531), 6) ? 200 : 2, {
        ...{ host_name, client_type: tag("windows"), client_version: "214.4.5", platform: "Windows 11" },
        is_delete_on_unlink_supported: true,
      }),
      mobile: this.#session("dbmsid", person, 3, {
        ...{ device_name: "Phone", client_type: tag("iphone"), client_version: "392.2", os_version: "19" },
      }),
    };
  }

  end(sessionId: string): boolean {
    const known = /^db[wdm]sid:\d+$/.test(sessionId) && !this.#ended.has(sessionId);
    if (known) this.#ended.add(sessionId);
    return known;
  }

  appsOf(person: number): Record<string, unknown>[] {
    return apps
      .filter((_, index) => mix(this.#seed, person * 10 + index, 532) % 3 === 0)
      .filter(({ app_id }) => !this.#ended.has(`${app_id}/${person}`))
      .map((app) => ({ ...app, linked: timeOf(this.#createdAt - (1 + (person % 300)) * dayMs) }));
  }

  unlink(appId: string, person: number): boolean {
    const linked = this.appsOf(person).some(({ app_id }) => app_id === appId);
    if (linked) this.#ended.add(`${appId}/${person}`);
    return linked;
  }

  #session(kind: string, person: number, days: number, more: Record<string, unknown>): Record<string, unknown>[] {
    const session_id = `${kind}:${100_000 + person}`;
    if (this.#ended.has(session_id)) return [];
    const { ip, place } = originAt(this.#seed, person, 1);
    const updated = timeOf(this.#createdAt - days * dayMs);
    const created = timeOf(this.#createdAt - (days + 30) * dayMs);
    return [{ session_id, ip_address: ip, country: place.country, created, updated, ...more }];
  }
}
