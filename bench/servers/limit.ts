// The limit: node's HTTP server, postgres.js, one prepared statement that builds the JSON; its bytes go out as they come.
// No GraphQL, no rights, no limits.
import { createServer } from "node:http";
import postgres from "postgres";

const sql = postgres(process.env.DATABASE_URL as string, { max: 10, connection: { TimeZone: "UTC" } });

const instant = (column: string) => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const activity = (n: string) =>
  `'id', ${n}.instance_id || '/' || ${n}.external_id, 'externalId', ${n}.external_id, 'occurredAt', ${instant(`${n}.occurred_at`)}, 'category', ${n}.category,
   'eventType', ${n}.event_type, 'description', ${n}.description, 'outcome', ${n}.outcome`;
const wide = `${activity("a")}, 'actorName', a.actor_name, 'ipAddress', a.ip_address, 'country', a.country,
  'user', case when u.external_id is null then null else json_build_object('id', u.instance_id || '/' || u.external_id, 'displayName', u.display_name, 'email', u.email, 'isAdmin', u.is_admin) end,
  'instance', json_build_object('id', i.id, 'name', i.name)`;

const statements: Record<string, { text: string; values: (variables: Record<string, never>) => never[] }> = {
  q1: {
    text: `select json_build_object('data', json_build_object('activities', json_build_object('nodes', coalesce(json_agg(node), '[]'))))::text as body
      from (select json_build_object(${wide}) as node
        from (select * from activities where instance_id = $1::int and category = $2::text order by occurred_at desc, instance_id desc, external_id desc limit 50) a
        join instances i on i.id = a.instance_id left join users u on u.instance_id = a.instance_id and u.external_id = a.user_id
        order by a.occurred_at desc, a.external_id desc) x`,
    values: ({ instance, category }) => [instance, category],
  },
  q2: {
    text: `select json_build_object('data', json_build_object('instances', json_build_object('nodes', json_agg(json_build_object('id', i.id, 'name', i.name, 'status', i.status,
        'userCount', (select count(*) from users u where u.instance_id = i.id and u.status <> 'DELETED'),
        'activities', json_build_object('nodes', (select json_agg(node) from (select json_build_object(${activity("a")}) as node from activities a
          where a.instance_id = i.id order by a.occurred_at desc, a.external_id desc limit 3) n))) order by i.id))))::text as body
      from instances i`,
    values: () => [],
  },
  q3: {
    text: `select json_build_object('data', json_build_object('node', (select json_build_object(${wide})
        from activities a join instances i on i.id = a.instance_id left join users u on u.instance_id = a.instance_id and u.external_id = a.user_id
        where a.instance_id = $1::int and a.occurred_at = $2::text::timestamptz and a.external_id = $3::text)))::text as body`,
    values: ({ instance, occurredAt, externalId }) => [instance, occurredAt, externalId],
  },
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    const { query, variables } = JSON.parse(String(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    const statement = statements[query];
    let body = '{"data":{"__typename":"Query"}}';
    if (statement) {
      const [row] = await sql.unsafe(statement.text, statement.values(variables), { prepare: true });
      body = row?.body;
    }
    response.writeHead(200, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("listening"));
