import type { Sql } from "postgres";
import { type Db, databaseOn } from "./client.ts";

/**
 * A pool of connections, shared by owners who do not know of each other. The driver hands statements to connections as they come, one
 * behind another where all are busy: without shares one owner with many slow statements keeps everybody waiting.
 */
export interface Shares {
  /** The pool as one owner sees it: further statements of theirs wait for their own. Transactions do not wait. */
  of(owner: string): Db;
}

export interface ShareLimits {
  /** Statements of one owner that run at once. */
  perOwner: number;
  /** Of those that aggregate or search without an index: of one owner, and of all. */
  heavyPerOwner: number;
  heavy: number;
}

const heavyClients = new WeakMap<Sql, Sql>();

/** The client for statements that read far more rows than they return. Without shares it is the client itself. */
export function heavily(client: Sql): Sql {
  return heavyClients.get(client) ?? client;
}

/** Owners are remembered while there are few; a forgotten one starts with an empty share. */
const maxOwners = 500;

export function createShares(pool: Sql, limits: ShareLimits): Shares {
  const known = new Map<string, Db>();
  const heavy = new Line(limits.heavy);

  function open(): Db {
    const client = gated(pool, new Line(limits.perOwner));
    heavyClients.set(client, gated(pool, new Line(limits.heavyPerOwner, heavy)));
    return databaseOn(client);
  }

  return {
    of(owner) {
      let db = known.get(owner);
      if (!db) {
        db = open();
        known.set(owner, db);
        if (known.size > maxOwners) known.delete(known.keys().next().value!);
      }
      return db;
    },
  };
}

/** What is handed to the driver, and called when it has an answer. */
type Start = (leave: () => void) => void;

/** So many at once; the others wait in their order. Within another line those who wait take turns. */
class Line {
  readonly #max: number;
  readonly #around: Line | null;
  #running = 0;
  readonly #waiting: Start[] = [];
  /** Lines within this one that wait for a place, next first. */
  readonly #turns = new Set<Line>();

  constructor(max: number, around: Line | null = null) {
    this.#max = max;
    this.#around = around;
  }

  enter(start: Start): void {
    if (this.#waiting.length === 0 && this.#mayStart()) this.#run(start);
    else {
      this.#waiting.push(start);
      this.#around?.enqueue(this);
    }
  }

  enqueue(line: Line): void {
    this.#turns.add(line);
  }

  #mayStart(): boolean {
    return this.#running < this.#max && (this.#around === null || this.#around.#mayStart());
  }

  #run(start: Start): void {
    const around = this.#around;
    this.#running += 1;
    if (around) around.#running += 1;
    start(() => {
      this.#running -= 1;
      if (!around) return void this.#startFirst();
      around.#running -= 1;
      around.#startInTurn();
    });
  }

  /** False when nobody waits, or there is no place. */
  #startFirst(): boolean {
    if (this.#waiting.length === 0 || !this.#mayStart()) return false;
    this.#run(this.#waiting.shift()!);
    return true;
  }

  #startInTurn(): void {
    for (const line of [...this.#turns]) {
      if (this.#running >= this.#max) return;
      if (!line.#startFirst()) continue;
      this.#turns.delete(line);
      // To the end of the turns.
      if (line.#waiting.length > 0) this.#turns.add(line);
    }
  }
}

/** A statement of postgres.js before it is sent: `handler` hands it to a connection, `resolve` and `reject` settle it. */
interface Statement {
  handler: ((statement: Statement) => void) & { debug?: unknown };
  resolve(value: unknown): unknown;
  reject(error: unknown): unknown;
}

/** The client with its statements in a line. Fragments are statements that are never sent. */
function gated(pool: Sql, line: Line): Sql {
  const inLine = <T>(made: T): T => {
    const statement = made as Statement;
    const { handler } = statement;
    if (typeof handler !== "function") return made;
    const wait = (asked: Statement) =>
      line.enter((leave) => {
        const { resolve, reject } = asked;
        const settle = (then: () => unknown) => {
          asked.resolve = resolve;
          asked.reject = reject;
          leave();
          return then();
        };
        asked.resolve = (value) => settle(() => resolve(value));
        asked.reject = (error) => settle(() => reject(error));
        handler(asked);
      });
    wait.debug = handler.debug;
    statement.handler = wait;
    return made;
  };
  const client = (...args: Parameters<Sql>) => inLine((pool as (...args: unknown[]) => unknown)(...args));
  return Object.assign(client, pool, {
    unsafe: (...args: Parameters<Sql["unsafe"]>) => inLine(pool.unsafe(...args)),
  }) as unknown as Sql;
}
