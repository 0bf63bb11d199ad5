import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { relayStylePagination } from "@apollo/client/utilities";
import { Client, cacheExchange, fetchExchange, subscriptionExchange } from "@urql/core";
import { auditServer, serverAudits } from "graphql-http";
import { createClient as createEventStreamClient } from "graphql-sse";
import { createClient as createSocketClient } from "graphql-ws";
import { beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Data, startApp, type TestApp } from "../support/app.ts";
import { activityRecord, addActivities, range, seedInstance } from "../support/seed.ts";

// Each client as its own documentation sets it up, against the running gateway.

let app: TestApp;
let instance: number;
let headers: Record<string, string>;
let next = 1000;

beforeAll(async () => {
  app = await startApp();
  instance = await seedInstance(app.core, "github", "Acme", { users: 25, activities: 45 });
  headers = { authorization: `Bearer ${app.tokens.VIEWER}` };
});

const socketUrl = () => `${app.url.replace("http", "ws")}/graphql`;
const activities =
  "query ($first: Int, $after: String) { activities(first: $first, after: $after) { nodes { id externalId } pageInfo { hasNextPage endCursor } streamCursor } }";
const added = "subscription ($after: String) { activityAdded(after: $after) { cursor activity { id externalId } } }";

/** Makes activities happen until `received` says that it has seen one: a client may still be connecting. */
async function happenUntil(received: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!received()) {
    if (Date.now() > deadline) throw new Error("nothing was received");
    await addActivities(app.core, instance, [activityRecord(next++)]);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("GraphQL over HTTP", () => {
  const fetchFn = (url: string, init: RequestInit = {}) =>
    fetch(url, { ...init, headers: { ...(init.headers as object), ...headers } });

  test("the specification's audits pass on the real schema: MUST, SHOULD and MAY", async () => {
    const url = `${app.url}/graphql`;
    const results = await auditServer({ url, fetchFn });
    expect(results).toHaveLength(serverAudits({ url, fetchFn }).length);
    expect(results.filter(({ status }) => status !== "ok").map((result) => `${result.id} ${result.name}`)).toEqual([]);
  });
});

test("graphql-ws: queries, and a subscription that iterates", async () => {
  const client = createSocketClient({ url: socketUrl(), webSocketImpl: WebSocket, connectionParams: headers });
  for await (const { data, errors } of client.iterate<Data>({ query: activities, variables: { first: 3 } })) {
    expect(errors).toBeUndefined();
    expect(data.activities.nodes).toHaveLength(3);
  }
  const events = client.iterate<Data>({ query: added });
  const first = events.next();
  let seen: Data = null;
  void first.then(({ value }) => {
    seen = value.data;
  });
  await happenUntil(() => seen);
  expect(seen.activityAdded.cursor).toEqual(expect.any(String));
  await events.return?.();
  await client.dispose();
});

test("graphql-sse: queries, and a subscription in distinct connections", async () => {
  const client = createEventStreamClient({ url: `${app.url}/graphql`, headers });
  for await (const { data } of client.iterate<Data>({ query: activities, variables: { first: 3 } }))
    expect(data.activities.nodes).toHaveLength(3);
  const events: Data[] = [];
  const stop = client.subscribe<Data>(
    { query: added },
    { next: ({ data }) => void events.push(data), error: (error) => void events.push(error), complete: () => {} },
  );
  await happenUntil(() => events.length > 1);
  expect(events.map(({ activityAdded }) => activityAdded.activity.externalId)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^a1\d\d\d$/)]),
  );
  stop();
  client.dispose();
});

test("Apollo Client: query, relayStylePagination, mutation, subscription over graphql-ws", async () => {
  const socket = createSocketClient({ url: socketUrl(), webSocketImpl: WebSocket, connectionParams: headers });
  const cache = () =>
    new InMemoryCache({ typePolicies: { Query: { fields: { users: relayStylePagination(["filter"]) } } } });
  const http = new HttpLink({ uri: `${app.url}/graphql`, headers });
  const client = new ApolloClient({ link: http, cache: cache() });
  const live = new ApolloClient({ link: new GraphQLWsLink(socket), cache: cache() });

  const query = gql`query Users($after: String) { users(first: 10, after: $after) { edges { cursor node { id displayName } } pageInfo { hasNextPage endCursor startCursor hasPreviousPage } } }`;
  const watched = client.watchQuery<Data>({ query });
  let { data } = await watched.refetch();
  while (data.users.pageInfo.hasNextPage) {
    await watched.fetchMore({ variables: { after: data.users.pageInfo.endCursor } });
    data = watched.getCurrentResult().data;
  }
  const ids = data.users.edges.map(({ node }: Data) => node.id);
  expect(ids).toHaveLength(25);
  expect(new Set(ids).size).toBe(25);
  const cached = client.readFragment<Data>({
    id: `User:${ids[0]}`,
    fragment: gql`fragment Name on User { displayName }`,
  });
  expect(cached.displayName).toEqual(expect.any(String));

  const { error } = await client.mutate({
    mutation: gql`mutation { createApiToken(name: "x", role: VIEWER) { secret } }`,
    errorPolicy: "all",
  });
  expect((error as Data).errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);

  const events: Data[] = [];
  const subscription = live.subscribe<Data>({ query: gql(added) }).subscribe((result) => void events.push(result.data));
  await happenUntil(() => events.length > 0);
  expect(events[0].activityAdded.activity.__typename).toBe("Activity");
  subscription.unsubscribe();
  client.stop();
  live.stop();
  await socket.dispose();
});

test("urql: query and cache, mutation, subscription over graphql-ws", async () => {
  const socket = createSocketClient({ url: socketUrl(), webSocketImpl: WebSocket, connectionParams: headers });
  const client = new Client({
    url: `${app.url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers },
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { query: query ?? "", variables: variables as Record<string, unknown> },
              sink as never,
            ),
          }),
        }),
      }),
    ],
  });
  const first = await client.query<Data>(activities, { first: 5 }).toPromise();
  expect(first.error).toBeUndefined();
  expect(first.data.activities.nodes).toHaveLength(5);
  const { pageInfo } = first.data.activities;
  const second = await client.query<Data>(activities, { first: 5, after: pageInfo.endCursor }).toPromise();
  const both = [...first.data.activities.nodes, ...second.data.activities.nodes].map(({ id }: Data) => id);
  expect(new Set(both).size).toBe(10);

  const refused = await client
    .mutation<Data>("mutation ($id: ID!) { disableInstance(instanceId: $id) { instance { id } } }", { id: "x" })
    .toPromise();
  expect(refused.error?.graphQLErrors[0]?.extensions.code).toBe("FORBIDDEN");

  const events: Data[] = [];
  const { unsubscribe } = client
    .subscription<Data>(added, {})
    .subscribe(({ data }) => void (data && events.push(data)));
  await happenUntil(() => events.length > 0);
  expect(events[0].activityAdded.cursor).toEqual(expect.any(String));
  unsubscribe();
  await socket.dispose();
});

test("urql takes queries by GET too", async () => {
  const client = new Client({
    url: `${app.url}/graphql`,
    preferGetMethod: "force",
    fetchOptions: { headers },
    exchanges: [fetchExchange],
  });
  const { data, error } = await client.query<Data>("{ viewer { role } }", {}).toPromise();
  expect(error).toBeUndefined();
  expect(data.viewer.role).toBe("VIEWER");
});

test("a reader that follows a page with a subscription misses nothing", async () => {
  const page = await app.data(activities, { first: 1 });
  await addActivities(
    app.core,
    instance,
    range(3).map((n) => activityRecord(5000 + n)),
  );
  const reader = app.subscribe(added, { after: page.activities.streamCursor });
  const events = await reader.until(3);
  expect(events.map(({ activity }) => activity.externalId)).toEqual(["a5000", "a5001", "a5002"]);
  reader.stop();
});
