// A process of its own that takes in pages of provider events over some connections, one instance each: by the whole pipeline
// (mapping, actors, log, cursor, progress), or by COPY of the rows that came of it.
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import postgres, { type Sql } from "postgres";
import { type Database, openDatabase } from "../db/client.ts";
import type { ActivityRecord } from "../src/connector-kit/contract/records.ts";
import { okta } from "../src/connectors/okta/index.ts";
import { claimStream } from "../src/ingest/scan/claim.ts";
import { storePage } from "../src/ingest/scan/store-page.ts";
import { ensurePartitions } from "../src/inventory/activities/store.ts";
import { createKeyRing } from "../src/platform/secrets.ts";
import { prepareEvaluation } from "./evaluation.ts";
import { answer, cpuOfPostgres } from "./processes.ts";

export interface IngestOptions {
  url: string;
  connections: number;
  pageRows: number;
  pages: number;
  postmaster: number;
  /**
   * Policies that are evaluated in the same process: while pages are taken in, until every activity has been tried; or when all
   * are in, and then the time is of the evaluation only.
   */
  policies?: "meanwhile" | "after";
}

export interface IngestTimed {
  rows: number;
  seconds: number;
  /** Of this process, and of PostgreSQL. */
  cpuMs: number;
  postgresCpuMs: number;
}

const secrets = createKeyRing([randomBytes(32)]);

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** A month that nothing else uses: emptied between rounds. */
const month = Date.UTC(2026, 3, 1);

answer({
  async pipeline({ url, connections, pageRows, pages, postmaster, policies }: IngestOptions): Promise<IngestTimed> {
    const evaluation = policies ? await prepareEvaluation(url) : null;
    const databases = Array.from({ length: connections }, () => openDatabase(url, { max: 1 }));
    try {
      await prepare((databases[0] as Database).sql, connections);
      // As they come from the provider: JSON texts, parsed by the HTTP client; the parsing is not ours.
      const events = databases.map((_, index) =>
        range(pages).map((page) => range(pageRows).map((row) => event(index + 1, page * pageRows + row))),
      );
      const takeIn = () =>
        Promise.all(
          databases.map(async ({ db }, index) => {
            const claim = await claimStream(db, okta.manifest, index + 1, "ACTIVITIES", null, new Date());
            if (!claim) throw new Error("The stream could not be claimed.");
            const answers = mapped(events[index] as object[][]);
            for (let next = answers.next(); ; ) {
              const { value: page, done } = await next;
              if (done) break;
              // As a scan does: the app is asked for the next page while this one is stored.
              next = answers.next();
              await storePage({ db, secrets }, claim, page, new Date());
            }
          }),
        );
      const rows = pages * pageRows * connections;
      if (policies === "after") {
        await takeIn();
        return await timed(postmaster, rows, async () => {
          await evaluation?.start();
          await evaluation?.done();
        });
      }
      await evaluation?.start();
      return await timed(postmaster, rows, async () => {
        await takeIn();
        await evaluation?.done();
      });
    } finally {
      await evaluation?.stop();
      await Promise.all(databases.map((one) => one.close()));
    }
  },
  /** The rows in the table go out, page by page, and come back by COPY into the emptied table. */
  async copy({ url, connections, pageRows, pages, postmaster }: IngestOptions): Promise<IngestTimed> {
    const admin = postgres(url, { max: 1, onnotice: () => {} });
    const sqls = Array.from({ length: connections }, () => withoutDelay(url));
    try {
      const texts: Buffer[][] = [];
      for (let instance = 1; instance <= connections; instance++) {
        const rows = await copyLines(admin, instance);
        if (rows.length !== pages * pageRows)
          throw new Error(`There are ${rows.length} rows, not ${pages * pageRows}.`);
        texts.push(
          range(pages).map((page) => Buffer.from(`${rows.slice(page * pageRows, (page + 1) * pageRows).join("\n")}\n`)),
        );
      }
      await admin`truncate activities_2026_04`;
      for (const sql of sqls) await sql`select 1`;
      return await timed(postmaster, pages * pageRows * connections, () =>
        Promise.all(
          sqls.map(async (sql, index) => {
            for (const text of texts[index] as Buffer[]) {
              const into = await sql`copy activities from stdin`.writable();
              await new Promise<void>((resolve, reject) => {
                into.once("error", reject);
                into.once("finish", resolve);
                into.end(text);
              });
            }
          }),
        ),
      );
    } finally {
      await Promise.all([admin, ...sqls].map((sql) => sql.end()));
    }
  },
});

/** Streams as an instance has them that was just connected, and no rows of the month, before which its accounts were last seen. */
async function prepare(sql: Sql, connections: number): Promise<void> {
  await ensurePartitions(sql, [new Date(month)]);
  await sql`truncate activities_2026_04, activity_log, scans`;
  await sql`delete from streams`;
  await sql`update users set last_seen_at = ${new Date(month).toISOString()}::timestamptz, last_sign_in_at = null where instance_id <= ${connections}`;
  await sql`vacuum users`;
  await sql`insert into streams (instance_id, stream, from_at) select n, 'ACTIVITIES', '2026-04-01' from generate_series(1, ${connections}::int) n`;
}

async function timed(postmaster: number, rows: number, run: () => Promise<unknown>): Promise<IngestTimed> {
  // What made the events is no part of it: neither is its garbage.
  collectGarbage();
  const cpu = process.cpuUsage();
  const postgresCpu = cpuOfPostgres(postmaster);
  const startedAt = performance.now();
  await run();
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { rows, seconds, cpuMs: (user + system) / 1000, postgresCpuMs: cpuOfPostgres(postmaster) - postgresCpu };
}

/** The app answers within a few milliseconds; real ones take a hundred. */
const answerMs = 3;

async function* mapped(pages: object[][]): AsyncGenerator<{ items: ActivityRecord[]; cursor: string }, void, void> {
  for (const [page, events] of pages.entries()) {
    await sleep(answerMs);
    yield { items: events.flatMap((one) => okta.mapEvent?.(one) ?? []), cursor: `page ${page}` };
  }
}

/** Rows of the month as COPY takes them. */
async function copyLines(sql: Sql, instance: number): Promise<string[]> {
  const columns = await sql<{ name: string }[]>`
    select attname as name from pg_attribute where attrelid = 'activities'::regclass and attnum > 0 and not attisdropped order by attnum`;
  const texts = columns.map(({ name }) => `${name}::text`).join(", ");
  const rows = await sql
    .unsafe(
      `select ${texts} from activities where instance_id = ${instance} and occurred_at < '2026-05-01' order by activities.occurred_at, activities.external_id`,
    )
    .values();
  const escapes: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };
  const escaped = (text: string | null) =>
    text === null ? "\\N" : text.replace(/[\\\t\n\r]/g, (one) => escapes[one] as string);
  return rows.map((row) => (row as (string | null)[]).map(escaped).join("\t"));
}

function withoutDelay(url: string): Sql {
  const { hostname, port } = new URL(url);
  const socket = () =>
    new Promise((resolve, reject) => {
      const opened = connect({ host: hostname, port: Number(port), noDelay: true }, () => resolve(opened));
      opened.once("error", reject);
    });
  return postgres(url, { max: 1, onnotice: () => {}, socket } as object);
}

/** A System Log event as Okta sends it; the actors are the seeded people. */
function event(instance: number, n: number): object {
  const person = (n * 37) % 800;
  const mail = `person${person}@tenant${instance}.example.com`;
  const kind = n % 10;
  return {
    uuid: `${String(n).padStart(8, "0")}-0000-4000-8000-${String(instance).padStart(12, "0")}`,
    published: new Date(month + n * 61_000).toISOString(),
    eventType: kind < 5 ? "user.session.start" : kind < 9 ? "user.authentication.sso" : "group.user_membership.add",
    version: "0",
    severity: "INFO",
    displayMessage: "User login to Okta",
    actor: {
      id: `00u${(instance * 100_000 + person).toString(16).padStart(17, "0")}`,
      type: "User",
      alternateId: mail,
      displayName: `Mira Holt ${person}`,
      detailEntry: null,
    },
    client: {
      userAgent: {
        rawUserAgent:
          "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
        os: "Mac OS X",
        browser: "CHROME",
      },
      zone: "null",
      device: "Computer",
      id: null,
      ipAddress: `10.${instance}.${n % 250}.${person % 250}`,
      geographicalContext: {
        city: "Lyon",
        state: "ARA",
        country: "France",
        postalCode: "69001",
        geolocation: { lat: 45.7, lon: 4.8 },
      },
    },
    authenticationContext: { externalSessionId: `ses${n % 10_007}`, authenticationStep: 0 },
    outcome: { result: n % 25 ? "SUCCESS" : "FAILURE", reason: null },
    target: [
      {
        id: `0oa${n % 500}`,
        type: kind < 9 ? "AppInstance" : "UserGroup",
        alternateId: `Wiki ${n % 60}`,
        displayName: `Wiki ${n % 60}`,
        detailEntry: null,
      },
    ],
    transaction: { type: "WEB", id: `tx${n}`, detail: {} },
    securityContext: {
      asNumber: 64500,
      asOrg: "example isp",
      isp: `Example Telecom ${n % 20}`,
      domain: "example.net",
      isProxy: false,
    },
    debugContext: { debugData: { requestUri: "/idp/idx/identify", requestId: `req${n}` } },
  };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
