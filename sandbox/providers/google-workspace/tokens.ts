import { mix } from "../../generator.ts";
import type { GooglePeople } from "./people.ts";

const auth = "https://www.googleapis.com/auth/";

/** Apps that people let in: of each a name, how many percent of people have it, and its scopes. */
const apps: readonly [name: string, percent: number, scopes: readonly string[]][] = [
  ["Planly", 25, ["openid", "email", `${auth}calendar`]],
  ["Inbox Zero", 10, ["openid", "https://mail.google.com/"]],
  ["Sheet Robot", 15, [`${auth}spreadsheets`, `${auth}drive.file`]],
  ["Backup Buddy", 8, [`${auth}drive`, `${auth}contacts`]],
  ["Sign-in of Figurine", 20, ["openid", "email", "profile"]],
];

/** What people let in, until it is revoked; and app passwords. */
export class Tokens {
  readonly #people: GooglePeople;
  readonly #revoked = new Set<string>();

  constructor(people: GooglePeople) {
    this.#people = people;
  }

  /** https://developers.google.com/workspace/admin/directory/reference/rest/v1/tokens#Token */
  of(person: number): Record<string, unknown>[] {
    return apps.flatMap(([displayText, percent, scopes], index) => {
      const clientId = `51200000000${index + 1}.apps.googleusercontent.com`;
      const number = mix(this.#people.seed, person * 31 + index, 561) % 100;
      if (number >= percent || this.#revoked.has(`${person}/${clientId}`)) return [];
      return [
        {
          kind: "admin#directory#token",
          clientId,
          displayText,
          anonymous: false,
          nativeApp: index === 1,
          userKey: this.#people.idOf(person),
          // Some have allowed less than others.
          scopes: number % 4 === 0 && scopes.length > 2 ? scopes.slice(0, 2) : scopes,
        },
      ];
    });
  }

  /** https://developers.google.com/workspace/admin/directory/reference/rest/v1/asps#Asp */
  passwordsOf(person: number): Record<string, unknown>[] {
    if (person % 5 !== 0 || this.#revoked.has(`${person}/asp`)) return [];
    return [
      {
        ...{ kind: "admin#directory#asp", codeId: 1, name: "Old printer", creationTime: "1700000000000" },
        ...{ lastTimeUsed: "1750000000000", userKey: this.#people.idOf(person) },
      },
    ];
  }

  /** False when there is none. */
  revoke(person: number, clientId: string): boolean {
    if (!this.of(person).some((token) => token.clientId === clientId)) return false;
    this.#revoked.add(`${person}/${clientId}`);
    return true;
  }

  revokePassword(person: number): boolean {
    if (this.passwordsOf(person).length === 0) return false;
    this.#revoked.add(`${person}/asp`);
    return true;
  }
}
