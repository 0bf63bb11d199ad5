import { mix, uuidAt } from "../../generator.ts";
import { contentOf, fileFace } from "../../kit/drive-content.ts";
import { uuids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { hydra, iso, uuidOf } from "./answers.ts";
import type { WebexPeople } from "./people.ts";

const dayMs = 86_400_000;

export interface Member {
  personId: string;
  email: string;
  name: string;
  orgId: string;
  isModerator: boolean;
}

export interface Message {
  number: number;
  room: number;
  author: number;
  at: number;
  hasFile: boolean;
}

/** Spaces, who is in them, and the messages in them, of which two in three carry a file. */
export class Spaces {
  readonly count: number;
  readonly #options: Required<TenantOptions>;
  readonly #people: WebexPeople;
  readonly #rooms: ReturnType<typeof uuids>;
  readonly #messages: ReturnType<typeof uuids>;
  readonly #left = new Set<string>();
  readonly #joined = new Map<number, Member[]>();
  readonly #posted: Message[] = [];
  readonly #deleted = new Set<number>();

  constructor(options: Required<TenantOptions>, people: WebexPeople) {
    this.#options = options;
    this.#people = people;
    this.count = Math.min(12, Math.ceil(options.users / 2));
    this.#rooms = uuids(options.seed, 921);
    this.#messages = uuids(options.seed, 922);
  }

  idOf(room: number): string {
    return hydra("ROOM", this.#rooms.idOf(room));
  }

  find(id: string): number | undefined {
    const room = this.#rooms.indexOfId(uuidOf("ROOM", id) ?? "");
    return room !== undefined && room < this.count ? room : undefined;
  }

  /** Every fourth one is a conversation of two. */
  isDirect(room: number): boolean {
    return room % 4 === 3;
  }

  record(room: number): Record<string, unknown> {
    const { createdAt } = this.#options;
    const isDirect = this.isDirect(room);
    return {
      id: this.idOf(room),
      title: isDirect ? "Empty Title" : `Project ${room + 1}`,
      type: isDirect ? "direct" : "group",
      isLocked: false,
      lastActivity: iso(createdAt - dayMs),
      creatorId: this.#people.idOf(room % this.#people.count),
      created: iso(createdAt - 200 * dayMs),
      ownerId: this.#people.orgId,
      isPublic: room % 5 === 4,
      isAnnouncementOnly: false,
      isReadOnly: false,
    };
  }

  /** Every third space has a partner's people in it. */
  members(room: number): Member[] {
    const { seed, users } = this.#options;
    const first = room % users;
    const own = Array.from({ length: users }, (_, person) => person).filter((person) =>
      this.isDirect(room)
        ? person === first || person === (first + 1) % users
        : person === first || mix(seed, room * 1009 + person, 923) % 9 === 0,
    );
    const partners = room % 3 === 0 && !this.isDirect(room) ? [0, 1] : [];
    const all = [
      ...own.filter((person) => this.#people.exists(person)).map((person) => this.person(person, person === first)),
      ...partners.map((number) => this.partner(room * 2 + number)),
      ...(this.#joined.get(room) ?? []),
    ];
    return all.filter(({ personId }) => !this.#left.has(`${room} ${personId}`));
  }

  person(person: number, isModerator = false): Member {
    const { name } = this.#people.person(person);
    const { orgId } = this.#people;
    return { personId: this.#people.idOf(person), email: this.#people.emailOf(person), name, orgId, isModerator };
  }

  partner(number: number): Member {
    const { seed } = this.#options;
    const personId = hydra("PEOPLE", uuidAt(seed, number, 924));
    const orgId = hydra("ORGANIZATION", uuidAt(seed, 1, 925));
    return { personId, email: `guest${number}@outside.example`, name: `Guest ${number}`, orgId, isModerator: false };
  }

  membership(room: number, member: Member): Record<string, unknown> {
    return {
      id: hydra("MEMBERSHIP", `${uuidOf("PEOPLE", member.personId)}:${this.#rooms.idOf(room)}`),
      roomId: this.idOf(room),
      personId: member.personId,
      personEmail: member.email,
      personDisplayName: member.name,
      personOrgId: member.orgId,
      isModerator: member.isModerator,
      isMonitor: false,
      roomType: this.isDirect(room) ? "direct" : "group",
      created: iso(this.#options.createdAt - 100 * dayMs),
    };
  }

  /** The space and person of a membership's id, while they are in it. */
  membershipOf(id: string): { room: number; member: Member } | undefined {
    const [, , roomUuid = ""] = /^(.*):(.*)$/.exec(uuidOf("MEMBERSHIP", id) ?? "") ?? [];
    const room = this.find(hydra("ROOM", roomUuid));
    const member =
      room === undefined ? undefined : this.members(room).find((one) => this.membership(room, one).id === id);
    return room === undefined || !member ? undefined : { room, member };
  }

  leave(room: number, { personId }: Member): void {
    this.#left.add(`${room} ${personId}`);
  }

  join(room: number, personId: string, isModerator: boolean): Member | undefined {
    const index = this.#people.indexOf(personId);
    const partner = Array.from({ length: this.count * 2 }, (_, number) => this.partner(number));
    const known = index === undefined ? partner.find((one) => one.personId === personId) : this.person(index);
    if (!known) return undefined;
    const wasThere = this.#left.delete(`${room} ${personId}`);
    const present = this.members(room).find((one) => one.personId === personId);
    if (wasThere && present) return present;
    const member = { ...known, isModerator };
    this.#joined.set(room, [...(this.#joined.get(room) ?? []), member]);
    return member;
  }

  get #generated(): number {
    return Math.ceil(this.#options.files * 1.5);
  }

  /** The newest first. */
  messagesIn(room: number): Message[] {
    const generated = Array.from({ length: this.#generated }, (_, number) => this.#generatedAt(number));
    return [...generated, ...this.#posted]
      .filter((message) => message.room === room && !this.#deleted.has(message.number))
      .sort((a, b) => b.at - a.at);
  }

  #generatedAt(number: number): Message {
    const { seed, createdAt } = this.#options;
    const room = mix(seed, number, 926) % this.count;
    return {
      ...{ number, room, author: room % this.#people.count, hasFile: number % 3 !== 2 },
      at: createdAt - dayMs - (mix(seed, number, 927) % (60 * dayMs)),
    };
  }

  post(room: number, author: number, at: number): Message {
    const message = { number: this.#generated + this.#posted.length, room, author, at, hasFile: true };
    this.#posted.push(message);
    return message;
  }

  messageId(number: number): string {
    return hydra("MESSAGE", this.#messages.idOf(number));
  }

  message(id: string): Message | undefined {
    return this.#messageAt(this.#messages.indexOfId(uuidOf("MESSAGE", id) ?? ""));
  }

  #messageAt(number: number | undefined): Message | undefined {
    if (number === undefined || this.#deleted.has(number)) return undefined;
    return number < this.#generated ? this.#generatedAt(number) : this.#posted[number - this.#generated];
  }

  delete({ number }: Message): void {
    this.#deleted.add(number);
  }

  messageRecord(message: Message): Record<string, unknown> {
    const { number, room, author, at, hasFile } = message;
    const content = hydra("CONTENT", `${this.#messages.idOf(number)}/0`);
    return {
      id: this.messageId(number),
      roomId: this.idOf(room),
      roomType: this.isDirect(room) ? "direct" : "group",
      text: "Here is what we talked about.",
      ...(hasFile && { files: [`https://webexapis.com/v1/contents/${content}`] }),
      personId: this.#people.idOf(author),
      personEmail: this.#people.emailOf(author),
      created: iso(at),
    };
  }

  content(id: string): { name: string; mimeType: string; bytes: Buffer } | undefined {
    const [messageUuid = "", index] = (uuidOf("CONTENT", id) ?? "").split("/");
    const message = this.#messageAt(this.#messages.indexOfId(messageUuid));
    if (!message?.hasFile || index !== "0") return undefined;
    const { seed } = this.#options;
    const { kind, name, mimeType } = fileFace(seed, message.number);
    return { name, mimeType, bytes: contentOf(seed, message.number, 1, kind) };
  }
}
