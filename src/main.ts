import { parseArgs } from "node:util";
import { type Config, ConfigError, loadConfig } from "#src/config.ts";
import { version } from "#src/version.ts";
import { usage } from "./cli/help.ts";

/** What a command line got wrong. */
class UsageError extends Error {}

type Values = Record<string, string | boolean | undefined>;
interface Command {
  options: Record<string, { type: "string" | "boolean" }>;
  run: (config: Config, values: Values) => Promise<void>;
}

const text = (values: Values, name: string): string => {
  const value = values[name];
  if (typeof value !== "string" || value === "") throw new UsageError(`--${name} is missing.`);
  return value;
};

/** Each command loads only what it needs: `--help` must not open a database driver. */
const commands: Record<string, Command> = {
  serve: { options: {}, run: async (config) => (await import("./cli/serve.ts")).serve(config) },
  worker: { options: {}, run: async (config) => (await import("./cli/serve.ts")).worker(config) },
  demo: { options: {}, run: async (config) => (await import("./cli/demo.ts")).demo(config) },
  migrate: { options: {}, run: async (config) => (await import("./cli/migrate.ts")).migrateDatabase(config) },
  schema: {
    options: { write: { type: "string" } },
    run: async (_, values) => (await import("./cli/schema.ts")).printSchema(typeof values.write === "string" ? values.write : null),
  },
  doctor: { options: {}, run: async (config) => (await import("./cli/doctor.ts")).doctor(config) },
  import: {
    options: { instance: { type: "string" }, file: { type: "string" }, "dry-run": { type: "boolean" }, connector: { type: "string" } },
    run: async (config, values) =>
      (await import("./cli/import.ts")).importEvents(config, {
        instance: typeof values.instance === "string" ? values.instance : null,
        connector: typeof values.connector === "string" ? values.connector : null,
        file: text(values, "file"),
        dryRun: values["dry-run"] === true,
      }),
  },
  "token create": {
    options: { name: { type: "string" }, role: { type: "string" }, instances: { type: "string" }, expires: { type: "string" } },
    run: async (config, values) => {
      const role = text(values, "role").toUpperCase();
      if (role !== "VIEWER" && role !== "ANALYST" && role !== "ADMIN") throw new UsageError("--role is VIEWER, ANALYST or ADMIN.");
      const instanceIds = values.instances === undefined ? null : text(values, "instances").split(",").map(Number);
      if (instanceIds?.some((id) => !Number.isSafeInteger(id) || id < 1)) throw new UsageError("--instances is a list of instance numbers: 1,2.");
      const expiresAt = values.expires === undefined ? null : new Date(text(values, "expires"));
      if (expiresAt && Number.isNaN(expiresAt.getTime())) throw new UsageError("--expires is a date: 2027-01-31.");
      await (await import("./cli/token.ts")).createToken(config, { name: text(values, "name"), role, instanceIds, expiresAt });
    },
  },
};

async function main(args: string[]): Promise<void> {
  if (args.length === 0 || args.includes("--help") || args.includes("-h")) return console.log(usage);
  if (args[0] === "--version") return console.log(version);
  const name = args[0] === "token" ? `token ${args[1] ?? ""}`.trim() : (args[0] as string);
  const command = commands[name];
  if (!command) throw new UsageError(`There is no command "${name}".`);
  const values = readOptions(args.slice(name.split(" ").length), command);
  await command.run(loadConfig(process.env, process.cwd()), values);
}

function readOptions(args: string[], command: Command): Values {
  try {
    return parseArgs({ args, options: command.options, strict: true, allowPositionals: false }).values as Values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Errors a person can act on are told in their words alone; anything else is a bug, and shown whole. */
function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`;
  const told = ["ConfigError", "EmbeddedPostgresError", "DatabaseUnreachableError", "DatabaseNewerError", "UnknownKeyError", "InvalidInputError", "NotFoundError", "ImportError"];
  if (error instanceof ConfigError || (error instanceof Error && told.includes(error.name))) return (error as Error).message;
  if (error instanceof Error && (error as NodeJS.ErrnoException).code === "EADDRINUSE") {
    return `Port ${(error as NodeJS.ErrnoException & { port?: number }).port} is taken by another program. Set PORT to a free one.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
