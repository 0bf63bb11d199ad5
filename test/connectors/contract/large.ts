/** The large tenant of a connector, for all that only reads: each stream is read once and looked at by many tests. */
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, StreamItem, UserRecord } from "#src/connector-kit/contract/records.ts";
import type { SandboxTenant } from "../../support/sandbox.ts";
import type { Live } from "../live.ts";
import type { Subject } from "./facts.ts";
import { type Stage, startOf } from "./stage.ts";

export interface Opened {
  tenant: SandboxTenant;
  live: Live;
  /** Id of an account that was suspended before anything was read. */
  suspended: string;
}

interface Reading {
  items: StreamItem[];
  /** Of each page. */
  cursors: (string | null)[];
}

export class LargeTenant {
  readonly from: Date;
  readonly #stage: Stage;
  readonly #subject: Subject;
  readonly #readings = new Map<ScanStream, Promise<Reading>>();
  #opened: Promise<Opened> | undefined;

  constructor(stage: Stage, subject: Subject) {
    this.#stage = stage;
    this.#subject = subject;
    this.from = startOf(subject, "large");
  }

  open(): Promise<Opened> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  /** One stream read to its end. */
  reading(stream: ScanStream): Promise<Reading> {
    const known = this.#readings.get(stream) ?? this.#read(stream);
    this.#readings.set(stream, known);
    return known;
  }

  async items(stream: ScanStream): Promise<StreamItem[]> {
    return (await this.reading(stream)).items;
  }

  async users(): Promise<UserRecord[]> {
    return (await this.items("USERS")) as UserRecord[];
  }

  /** By id. */
  async activities(): Promise<Map<string, ActivityRecord>> {
    const items = (await this.items("ACTIVITIES")) as ActivityRecord[];
    return new Map(items.map((item) => [item.externalId, item]));
  }

  async #open(): Promise<Opened> {
    const tenant = await this.#stage.tenant(this.#subject, "large");
    const [suspended = ""] = (await tenant.userIds(9, 1)).ids;
    await tenant.change("suspend-user", { user: suspended });
    const live = await this.#stage.connect(this.#subject, tenant);
    // The clock stands still, so that one reading can be compared with another.
    const now = new Date();
    live.now = () => now;
    return { tenant, live, suspended };
  }

  async #read(stream: ScanStream): Promise<Reading> {
    const { live } = await this.open();
    const items: StreamItem[] = [];
    const cursors: (string | null)[] = [];
    for await (const page of live.pages(stream, { from: this.from })) {
      items.push(...page.items);
      cursors.push(page.cursor);
    }
    return { items, cursors };
  }
}
