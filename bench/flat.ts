import type { Sql } from "postgres";
import { encodeId } from "../schema/ids.ts";
import { median, type Table } from "./report.ts";
import { type Server, startGateway } from "./servers/index.ts";

export interface FlatResult {
  page: string;
  activities: number;
  p50: number;
  rows: number;
}

/** p50 of pages of 50 activities, one request at a time, in databases of several sizes. */
export async function measureFlat(
  sizes: { activities: number; url: string; sql: Sql }[],
  { quick, say }: { quick: boolean; say: (line: string) => void },
): Promise<FlatResult[]> {
  const results: FlatResult[] = [];
  for (const { activities, url, sql } of sizes) {
    const gateway = await startGateway(url);
    try {
      const pages = await choosePages(sql, gateway);
      for (const [page, variables] of Object.entries(pages)) {
        const times: number[] = [];
        let rows = 0;
        const startedAt = performance.now();
        // The first ones warm up; a page that takes long is asked less often.
        while (
          times.length < 4 ||
          (times.length < (quick ? 60 : 300) && performance.now() - startedAt < (quick ? 2000 : 6000))
        ) {
          const askedAt = performance.now();
          rows = await ask(gateway, variables);
          times.push(performance.now() - askedAt);
        }
        results.push({ page, activities, rows, p50: median(times.slice(Math.min(3, times.length >> 1))) });
      }
      say(`Pages at ${activities.toLocaleString("en")} activities measured`);
    } finally {
      await gateway.stop();
    }
  }
  return results;
}

async function choosePages(sql: Sql, gateway: Server): Promise<Record<string, object>> {
  const [some] = await sql<{ instance: number; user: string; ip: string }[]>`
    select instance_id as instance, user_id as user, ip_address as ip from activities where user_id is not null and occurred_at > '2026-08-15' order by occurred_at nulls first limit 1`;
  if (!some) throw new Error("There are no activities.");
  const instanceIds = [encodeId("Instance", some.instance)];
  const deep = await cursorAt(gateway, {});
  return {
    "first page": {},
    "deep page (behind half of them)": { after: deep },
    "one instance": { filter: { instanceIds } },
    "one instance, deep": { filter: { instanceIds }, after: await cursorAt(gateway, { instanceIds }) },
    "one instance, category": { filter: { instanceIds, categories: ["ADMIN"] } },
    "one instance, outcome that never happened *": { filter: { instanceIds, outcomes: ["UNKNOWN"] } },
    "three instances": { filter: { instanceIds: [1, 2, 3].map((id) => encodeId("Instance", id)) } },
    category: { filter: { categories: ["ADMIN"] } },
    outcome: { filter: { outcomes: ["FAILURE"] } },
    "event type": { filter: { eventTypes: ["group.user_membership.add"] } },
    "event type, one instance": { filter: { instanceIds, eventTypes: ["group.user_membership.add"] } },
    "event type that never happened": { filter: { eventTypes: ["never.happened"] } },
    "two event types, one of which happened": {
      filter: { eventTypes: ["group.user_membership.add", "never.happened"] },
    },
    "one account": { filter: { userIds: [encodeId("User", `${some.instance}/${some.user}`)] } },
    "no account": { filter: { hasUser: false } },
    country: { filter: { countries: ["JP"] } },
    "one address": { filter: { ipAddresses: [some.ip] } },
    "address never seen": { filter: { ipAddresses: ["198.51.100.1"] } },
    "address tag never given *": { filter: { ipTags: ["tor"] } },
    "internet provider": { filter: { isps: ["Example Telecom 7"] } },
    "internet provider never seen *": { filter: { isps: ["Nobody"] } },
    "one day": { filter: { occurredFrom: "2026-08-15T00:00:00.000Z", occurredTo: "2026-08-16T00:00:00.000Z" } },
    "search, common": { filter: { search: "payroll" } },
    "search, found nowhere *": { filter: { search: "no such text" } },
  };
}

async function cursorAt(gateway: Server, filter: object): Promise<string> {
  const { pageInfo } = await page(gateway, { first: 1, filter: { ...filter, occurredTo: "2026-08-15T12:00:00.000Z" } });
  return pageInfo.endCursor;
}

async function ask(gateway: Server, variables: object): Promise<number> {
  return (await page(gateway, variables)).nodes.length;
}

async function page(
  { port, headers }: Server,
  variables: object,
): Promise<{ nodes: object[]; pageInfo: { endCursor: string } }> {
  const query = `query Page($first: Int = 50, $after: String, $filter: ActivityFilter) { activities(first: $first, after: $after, filter: $filter) {
    nodes { id externalId occurredAt category eventType description outcome } pageInfo { hasNextPage endCursor } } }`;
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await answer.json()) as { data: { activities: never }; errors?: object };
  if (errors) throw new Error(JSON.stringify(errors));
  return data.activities;
}

export function tablesOfFlat(results: FlatResult[]): Table[] {
  const sizes = [...new Set(results.map((one) => one.activities))];
  const pages = [...new Set(results.map((one) => one.page))];
  const find = (page: string, activities: number) =>
    results.find((one) => one.page === page && one.activities === activities) as FlatResult;
  const smallest = sizes[0] as number;
  return [
    {
      title: `Pages of 50 activities (*: the search is bounded, the page says there is more): p50 as a ratio to that at ${smallest.toLocaleString("en")} activities`,
      head: [
        "",
        ...sizes.slice(1).map((size) => size.toLocaleString("en")),
        ...sizes.map((size) => `ms at ${size.toLocaleString("en")}`),
        "rows",
      ],
      rows: pages.map((page) => [
        page,
        ...sizes.slice(1).map((size) => (find(page, size).p50 / find(page, smallest).p50).toFixed(2)),
        ...sizes.map((size) => find(page, size).p50.toFixed(1)),
        sizes.map((size) => find(page, size).rows).join("/"),
      ]),
    },
  ];
}
