import { afterAll, beforeAll, expect, test } from "vitest";
import { newTokenSecret } from "#src/access/tokens.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { countBy, newToken, report, whileOthers } from "./pressure.ts";

let gatehouse: Gatehouse;
let seen: string;
let fresh: string;
beforeAll(async () => {
  gatehouse = await startGatehouse();
  [seen, fresh] = await Promise.all([newToken(gatehouse, "viewer"), newToken(gatehouse, "viewer")]);
});
afterAll(() => gatehouse.stop());

const ask = async (token: string) => (await gatehouse.ask("{ viewer { name } }", {}, token)).status;
const signIn = (token: string) =>
  fetch(`${gatehouse.url}/signin`, {
    method: "POST",
    headers: { origin: gatehouse.url },
    body: new URLSearchParams({ token }),
    redirect: "manual",
  });

test("after hundreds of bad tokens from an address those behind it with good ones are served", async () => {
  let isOver = false;
  const others = whileOthers(
    async () => (await ask(seen)) === 200,
    () => isOver,
  );
  const refused: number[] = [];
  for (let n = 0; n < 300; n += 1) refused.push(await ask(n % 2 ? newTokenSecret() : "ght_copied-wrongly"));
  // A credential that this process has not seen yet, and the form, come from the same address.
  expect(await ask(fresh)).toBe(200);
  const opened = await signIn(fresh);
  expect(opened.status).toBe(303);
  expect(opened.headers.get("set-cookie")).toContain("gatehouse_session");
  const failed = await signIn(newTokenSecret());
  expect(failed.status).toBe(429);
  expect(Number(failed.headers.get("retry-after"))).toBeGreaterThan(0);
  isOver = true;
  const waits = await others;
  report("300 bad tokens", { refused: countBy(refused), others: waits });
  expect(countBy(refused)).toEqual({ 401: 20, 429: 280 });
  expect(waits.failed).toBe(0);
});

test("one bad token sent again and again is refused without asking the database", async () => {
  const bad = newTokenSecret();
  for (let n = 0; n < 20; n += 1) await ask(bad);
  const lookups = async () => {
    const [row] =
      await gatehouse.sql`select idx_scan + seq_scan as scans from pg_stat_user_tables where relname = 'api_tokens'`;
    return Number(row!.scans);
  };
  // A connection writes out what it counted within ten seconds.
  const written = () => new Promise((resolve) => setTimeout(resolve, 11_000));
  await written();
  const before = await lookups();
  for (let n = 0; n < 200; n += 1) expect(await ask(bad)).toBe(429);
  await written();
  expect((await lookups()) - before).toBeLessThan(20);
});
