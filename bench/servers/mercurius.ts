// Mercurius with its just-in-time compiler and loaders, over postgres.js with prepared statements: what its documentation advises.
import fastify from "fastify";
import mercurius from "mercurius";
import postgres from "postgres";

const sql = postgres(process.env.DATABASE_URL as string, { max: 10, connection: { TimeZone: "UTC" } });

const schema = `
  type Query {
    activities(first: Int!, instance: Int!, category: String!): ActivityConnection!
    instances: InstanceConnection!
    activity(instance: Int!, occurredAt: String!, externalId: String!): Activity
  }
  type ActivityConnection { nodes: [Activity!]! }
  type InstanceConnection { nodes: [Instance!]! }
  type Activity {
    id: ID! externalId: String! occurredAt: String! category: String! eventType: String! description: String! outcome: String!
    actorName: String ipAddress: String country: String user: User instance: Instance!
  }
  type User { id: ID! displayName: String email: String isAdmin: Boolean! }
  type Instance { id: ID! name: String! status: String! userCount: Int! activities(first: Int!): ActivityConnection! }
`;

interface Activity {
  instanceId: number;
  userId: string | null;
  externalId: string;
  occurredAt: Date;
}

const columns = sql`a.instance_id as "instanceId", a.external_id as "externalId", a.occurred_at as "occurredAt", a.category, a.event_type as "eventType",
  a.description, a.outcome, a.actor_name as "actorName", a.ip_address as "ipAddress", a.country, a.user_id as "userId"`;

const resolvers = {
  Query: {
    activities: async (
      _: unknown,
      { first, instance, category }: { first: number; instance: number; category: string },
    ) => ({
      nodes:
        await sql`select ${columns} from activities a where a.instance_id = ${instance} and a.category = ${category}
        order by a.occurred_at desc, a.instance_id desc, a.external_id desc limit ${first}`,
    }),
    instances: async () => ({ nodes: await sql`select id, name, status from instances order by id` }),
    activity: async (
      _: unknown,
      { instance, occurredAt, externalId }: { instance: number; occurredAt: string; externalId: string },
    ) =>
      (
        await sql`select ${columns} from activities a where a.instance_id = ${instance} and a.occurred_at = ${occurredAt}::text::timestamptz
        and a.external_id = ${externalId}`
      )[0],
  },
  Activity: {
    id: (row: Activity) => `${row.instanceId}/${row.externalId}`,
    occurredAt: (row: Activity) => row.occurredAt.toISOString(),
  },
};

type Asked<T, P = object> = { obj: T; params: P }[];

const loaders = {
  Activity: {
    async user(asked: Asked<Activity>) {
      const rows = await sql`
        select u.instance_id as "instanceId", u.external_id as "externalId", u.display_name as "displayName", u.email, u.is_admin as "isAdmin" from users u
        where (u.instance_id, u.external_id) in (select * from unnest(${asked.map(({ obj }) => obj.instanceId)}::int[], ${asked.map(({ obj }) => obj.userId)}::text[]))`;
      const found = new Map(rows.map((row) => [`${row.instanceId}/${row.externalId}`, row]));
      for (const [id, row] of found) row.id = id;
      return asked.map(({ obj }) => found.get(`${obj.instanceId}/${obj.userId}`) ?? null);
    },
    async instance(asked: Asked<Activity>) {
      const rows =
        await sql`select id, name, status from instances where id = any(${asked.map(({ obj }) => obj.instanceId)}::int[])`;
      const found = new Map(rows.map((row) => [row.id, row]));
      return asked.map(({ obj }) => found.get(obj.instanceId));
    },
  },
  Instance: {
    async userCount(asked: Asked<{ id: number }>) {
      const rows = await sql`select instance_id, count(*)::int as count from users
        where instance_id = any(${asked.map(({ obj }) => obj.id)}::int[]) and status <> 'DELETED' group by instance_id`;
      const found = new Map(rows.map((row) => [row.instance_id, row.count]));
      return asked.map(({ obj }) => found.get(obj.id) ?? 0);
    },
    async activities(asked: Asked<{ id: number }, { first: number }>) {
      const rows = await sql`select a.* from unnest(${asked.map(({ obj }) => obj.id)}::int[]) p(id) cross join lateral (
        select ${columns} from activities a where a.instance_id = p.id order by a.occurred_at desc, a.external_id desc limit ${asked[0]?.params.first ?? 0}) a`;
      return asked.map(({ obj }) => ({ nodes: rows.filter((row) => row.instanceId === obj.id) }));
    },
  },
};

const app = fastify();
app.register(mercurius, { schema, resolvers: resolvers as never, loaders: loaders as never, jit: 1, path: "/graphql" });
await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
console.log("listening");
