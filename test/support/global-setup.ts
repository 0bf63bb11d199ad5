import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { openEmbedded } from "#src/platform/postgres/index.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The PostgreSQL of this test run, as the role that Gatehouse works as. */
    postgresUrl: string;
  }
}

/** The migrated database every test database is cloned from. */
export const TEMPLATE_DATABASE = "gatehouse_template";

/** Starts one PostgreSQL for the whole run, migrates the template, and takes both away at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), "gatehouse-postgres-"));
  chmodSync(directory, 0o711);
  const server = await openEmbedded({
    dataDirectory: directory,
    log: () => {},
    settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: 400 },
  });
  const teardown = async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await createTemplate(server.url);
  } catch (error) {
    await teardown();
    throw error;
  }
  project.provide("postgresUrl", server.url);
  return teardown;
}

async function createTemplate(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql`create database ${sql(TEMPLATE_DATABASE)}`;
  await sql.end();
  if (!existsSync(new URL("../../db/migrate.ts", import.meta.url))) return;
  const { migrate } = await import("#db/migrate.ts" as string);
  const template = new URL(url);
  template.pathname = `/${TEMPLATE_DATABASE}`;
  await migrate(template.href);
}
