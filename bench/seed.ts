import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import postgres, { type Sql } from "postgres";
import { migrate } from "../db/migrate.ts";

export interface Size {
  activities: number;
  users: number;
  instances: number;
}

/** Activities lie in these months, whatever the day of the run: the same size gives the same rows. */
export const firstInstant = Date.UTC(2026, 5, 1);
export const lastInstant = Date.UTC(2026, 10, 1);

/** Raise it when the rows change. */
const edition = 1;

/**
 * The URL of a migrated and seeded database in the cluster at `clusterUrl`. One that is there with the same schema and rows is used
 * again; `fresh` makes it anew, for what is written to.
 */
export async function seededDatabase(
  clusterUrl: string,
  name: string,
  size: Size,
  say: (line: string) => void,
  fresh = false,
): Promise<string> {
  const url = new URL(clusterUrl);
  url.pathname = `/${name}`;
  const key = seedKey(size);
  const admin = postgres(clusterUrl, { max: 1, onnotice: () => {} });
  try {
    const [found] = await admin`select from pg_database where datname = ${name}`;
    if (found && !fresh && (await keyOf(url.href)) === key) return url.href;
    const startedAt = performance.now();
    await admin`drop database if exists ${admin(name)} with (force)`;
    await admin`create database ${admin(name)}`;
    await migrate(url.href);
    await fill(url.href, size, key);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    say(`Seeded ${name}: ${size.activities.toLocaleString("en")} activities in ${seconds} s`);
    return url.href;
  } finally {
    await admin.end();
  }
}

/** Of everything the rows depend on. */
function seedKey(size: Size): string {
  const migrations = new URL("../db/migrations/", import.meta.url);
  const journal = readFileSync(new URL("meta/_journal.json", migrations), "utf8");
  const hash = createHash("sha256").update(JSON.stringify([edition, size, journal]));
  for (const { tag } of JSON.parse(journal).entries) hash.update(readFileSync(new URL(`${tag}.sql`, migrations)));
  return hash.digest("hex");
}

async function keyOf(url: string): Promise<string | null> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [table] = await sql`select to_regclass('bench.seed') as name`;
    if (!table?.name) return null;
    const [row] = await sql`select key from bench.seed`;
    return row?.key ?? null;
  } finally {
    await sql.end();
  }
}

async function fill(url: string, size: Size, key: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await instances(sql, size);
    await users(sql, size);
    await activities(sql, size);
    await sql`vacuum analyze`;
    await sql`checkpoint`;
    await sql`create schema bench`;
    await sql`create table bench.seed as select ${key}::text as key`;
  } finally {
    await sql.end();
  }
}

/** All of them Okta tenants: the ingest measurement maps its events. No streams, so that no worker calls anybody. */
async function instances(sql: Sql, size: Size): Promise<void> {
  await sql`
    insert into instances (connector_slug, name, status, external_account_id, account_name, settings, created_at, connected_at, last_activity_at)
    select 'okta', 'Tenant ' || n, 'CONNECTED', 'tenant' || n, 'tenant' || n || '.okta.com', jsonb_build_object('domain', 'tenant' || n || '.okta.com'),
      ${at(firstInstant)}::timestamptz, ${at(firstInstant)}::timestamptz, ${at(lastInstant)}::timestamptz
    from generate_series(1, ${size.instances}::int) n`;
}

async function users(sql: Sql, size: Size): Promise<void> {
  const perInstance = Math.ceil(size.users / size.instances);
  await sql`
    insert into users (instance_id, external_id, login, email, display_name, status, is_admin, type, last_seen_at, created_at, updated_at, raw)
    select i, id, mail, mail, name, 'ACTIVE', u % 40 = 0, 'HUMAN', ${at(lastInstant)}::timestamptz, ${at(firstInstant)}::timestamptz, ${at(lastInstant)}::timestamptz,
      json_build_object('id', id, 'status', 'ACTIVE', 'profile', json_build_object('login', mail, 'email', mail, 'displayName', name, 'department', 'Department ' || u % 12))
    from generate_series(1, ${size.instances}::int) i, generate_series(0, ${perInstance}::int - 1) u,
      lateral (select '00u' || lpad(to_hex(i * 100000 + u), 17, '0') as id, 'person' || u || '@tenant' || i || '.example.com' as mail,
        (array['Mira','Tom','Ana','Jon','Lea','Max','Zoe','Kai','Eva','Ben'])[1 + u % 10] || ' ' ||
        (array['Holt','Berger','Costa','Lind','Novak','Okafor','Sato','Weber','Rossi','Klein','Moreau'])[1 + u % 11] || ' ' || u as name) x`;
}

/**
 * In order of time, as they would come in. A hash of the number decides the rest: instance, person (one in twenty is none), kind
 * (half sign-ins, two in five use, one in ten administration), place, outcome.
 */
async function activities(sql: Sql, size: Size): Promise<void> {
  const perInstance = Math.ceil(size.users / size.instances);
  const step = (lastInstant - firstInstant) / size.activities;
  for (let month = new Date(firstInstant); month.getTime() < lastInstant; month.setUTCMonth(month.getUTCMonth() + 1))
    await sql`select ensure_activity_partition(${at(month.getTime())}::text::date)`;
  const chunk = 100_000;
  for (let from = 0; from < size.activities; from += chunk) {
    await sql`
      insert into activities (instance_id, occurred_at, external_id, ingested_at, category, event_type, description, user_id, actor_name, outcome, interactive,
        session_id, ip_address, country, city, isp, user_agent, targets, raw)
      select i, at, id, at + interval '40 s', category, event_type, coalesce(name, 'someone') || ' ' || verb || ' ' || thing, user_id, name, outcome, true,
        'ses' || to_hex(h1 % 1000003), ip, country, city, 'Example Telecom ' || h1 % 20, agent,
        jsonb_build_array(jsonb_build_object('type', target_type, 'id', '0oa' || h2 % 500, 'name', thing)),
        json_build_object('uuid', id, 'published', at, 'eventType', event_type, 'version', '0', 'severity', 'INFO', 'displayMessage', verb,
          'actor', json_build_object('id', user_id, 'type', 'User', 'alternateId', mail, 'displayName', name, 'detailEntry', null),
          'client', json_build_object('userAgent', json_build_object('rawUserAgent', agent, 'os', 'Mac OS X', 'browser', 'CHROME'), 'zone', 'null', 'device', 'Computer',
            'ipAddress', ip, 'geographicalContext', json_build_object('city', city, 'country', country, 'postalCode', '69001')),
          'authenticationContext', json_build_object('externalSessionId', 'ses' || to_hex(h1 % 1000003), 'authenticationStep', 0),
          'outcome', json_build_object('result', outcome, 'reason', null),
          'target', json_build_array(json_build_object('id', '0oa' || h2 % 500, 'type', target_type, 'displayName', thing)),
          'transaction', json_build_object('type', 'WEB', 'id', 'tx' || n, 'detail', json_build_object()),
          'debugContext', json_build_object('debugData', json_build_object('requestUri', '/idp/idx/identify', 'requestId', 'req' || n)))
      from (
        select n, ${at(firstInstant)}::timestamptz + make_interval(secs => floor(n * ${step}::float8) / 1000) as at,
          (hashint8(n)::bigint & 2147483647) as h1, (hashint8(n + 7777777777)::bigint & 2147483647) as h2
        from generate_series(${from}::bigint, ${Math.min(from + chunk, size.activities) - 1}::bigint) n) numbers,
        lateral (select (1 + h1 % ${size.instances})::int as i, (h2 % ${perInstance})::int as u, md5(n::text)::uuid::text as id, (h1 / 97 % 10)::int as kind) a,
        lateral (select case when h2 % 20 = 0 then null else '00u' || lpad(to_hex(i * 100000 + u), 17, '0') end as user_id,
          case when h2 % 20 = 0 then null else 'person' || u || '@tenant' || i || '.example.com' end as mail,
          case when h2 % 20 = 0 then null else (array['Mira','Tom','Ana','Jon','Lea','Max','Zoe','Kai','Eva','Ben'])[1 + u % 10] || ' ' ||
            (array['Holt','Berger','Costa','Lind','Novak','Okafor','Sato','Weber','Rossi','Klein','Moreau'])[1 + u % 11] || ' ' || u end as name,
          case when kind < 5 then 'LOG_ON' when kind < 9 then 'USER' else 'ADMIN' end as category,
          case when kind < 5 then 'user.session.start' when kind < 9 then 'user.authentication.sso' else 'group.user_membership.add' end as event_type,
          case when kind < 5 then 'signed in to' when kind < 9 then 'opened' else 'added a member to' end as verb,
          case when kind < 9 then 'AppInstance' else 'UserGroup' end as target_type,
          (array['Wiki','Mail','Payroll','Tickets','Code','Design','Files','Travel'])[1 + h2 / 13 % 8] || ' ' || h2 % 60 as thing,
          case when h1 / 31 % 25 = 0 then 'FAILURE' else 'SUCCESS' end as outcome,
          '10.' || i || '.' || h1 % 250 || '.' || h2 % 250 as ip,
          (array['FR','DE','US','GB','ES','IT','PL','JP'])[1 + h1 / 7 % 8] as country,
          (array['Lyon','Berlin','Denver','Leeds','Vigo','Turin','Gdansk','Osaka'])[1 + h1 / 7 % 8] as city,
          'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/' || 120 + h2 % 20 || '.0.0.0 Safari/537.36' as agent) b`;
  }
}

function at(instant: number): string {
  return new Date(instant).toISOString();
}
