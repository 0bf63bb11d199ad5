import { parseArgs } from "node:util";
import type { Role } from "#src/access/viewer.ts";
import type { Config } from "#src/config.ts";
import { commandHelp, usage } from "./cli/help.ts";
import { keepCompiled, rememberImports } from "./cli/modules.ts";
import { readInstant } from "./platform/instant.ts";
import { version } from "./platform/version.ts";

/** What a command line got wrong. */
class UsageError extends Error {
  help = usage;
}

type Values = Record<string, string | boolean | undefined>;
interface Command {
  options: Record<string, { type: "string" | "boolean" }>;
  /** `config` is read by the commands that need it: `schema` works whatever is set, and `doctor` reports what is wrong with it. */
  run: (values: Values, config: (defaults?: { dataFolder?: string }) => Config) => Promise<void>;
}

const text = (values: Values, name: string): string => {
  const value = values[name];
  if (typeof value !== "string" || value === "") throw new UsageError(`--${name} is missing.`);
  return value;
};
const optional = (values: Values, name: string): string | null =>
  values[name] === undefined ? null : text(values, name);

function roleIn(value: string): Role {
  const role = value.toUpperCase();
  if (role !== "VIEWER" && role !== "ANALYST" && role !== "ADMIN")
    throw new UsageError("--role is VIEWER, ANALYST or ADMIN.");
  return role;
}

/** Numbers, and ids as the API shows them. */
async function instancesIn(list: string): Promise<number[]> {
  const { instanceNumber } = await import("./query/ids.ts");
  return list.split(",").map((each) => {
    const id = instanceNumber(each.trim());
    if (id === null)
      throw new UsageError("--instances is a list of instances, by number or by their id in the API: 1,2.");
    return id;
  });
}

/** The configuration of a command that stays: it is started again and again. */
function staying(config: () => Config): Config {
  const read = config();
  keepCompiled(read);
  return read;
}

/** Each command loads only what it needs: `--help` must not open a database driver. */
const commands: Record<string, Command> = {
  serve: {
    options: {},
    run: async (_, config) => {
      const read = staying(config);
      await (await import("./cli/serve.ts")).serve(read);
    },
  },
  worker: {
    options: {},
    run: async (_, config) => {
      const read = staying(config);
      await (await import("./cli/serve.ts")).worker(read);
    },
  },
  demo: {
    options: { apps: { type: "string" } },
    run: async (values, config) => {
      // Its own folder: what is invented must never lie in a real installation.
      const read = staying(() => config({ dataFolder: ".gatehouse-demo" }));
      await (await import("./cli/demo.ts")).demo(read, optional(values, "apps"));
    },
  },
  migrate: {
    options: {},
    run: async (_, config) => (await import("./cli/migrate.ts")).migrateDatabase(config()),
  },
  schema: {
    options: { write: { type: "string" } },
    run: async (values) => (await import("./cli/schema.ts")).printSchema(optional(values, "write")),
  },
  doctor: { options: {}, run: async (_, config) => (await import("./cli/doctor.ts")).doctor(config) },
  import: {
    options: {
      instance: { type: "string" },
      file: { type: "string" },
      "dry-run": { type: "boolean" },
      connector: { type: "string" },
    },
    run: async (values, config) => {
      const dryRun = values["dry-run"] === true;
      const instance = optional(values, "instance");
      const connector = optional(values, "connector");
      if (instance === null && connector === null) throw new UsageError("--instance is missing.");
      if (instance === null && !dryRun)
        throw new UsageError("--connector requires --dry-run. To store events, use --instance.");
      await (await import("./cli/import.ts")).importEvents(config, {
        instance,
        connector,
        file: text(values, "file"),
        dryRun,
      });
    },
  },
  signin: {
    options: { name: { type: "string" }, role: { type: "string" } },
    run: async (values, config) => {
      const role = roleIn(optional(values, "role") ?? "ADMIN");
      await (await import("./cli/signin.ts")).printSignInLink(config(), {
        name: optional(values, "name") ?? "local admin",
        role,
      });
    },
  },
  backup: {
    options: { file: { type: "string" } },
    run: async (values, config) => (await import("./cli/backup.ts")).backUp(config(), text(values, "file")),
  },
  restore: {
    options: { file: { type: "string" } },
    run: async (values, config) => (await import("./cli/backup.ts")).restore(config(), text(values, "file")),
  },
  restored: {
    options: {},
    run: async (_, config) => (await import("./cli/backup.ts")).noteRestored(config()),
  },
  "keys reseal": {
    options: {},
    run: async (_, config) => (await import("./cli/keys.ts")).resealKeys(config()),
  },
  "audit verify": {
    options: {},
    run: async (_, config) => (await import("./cli/audit.ts")).verifyAudit(config()),
  },
  "token create": {
    options: {
      name: { type: "string" },
      role: { type: "string" },
      instances: { type: "string" },
      expires: { type: "string" },
    },
    run: async (values, config) => {
      const role = roleIn(text(values, "role"));
      const instanceIds = values.instances === undefined ? null : await instancesIn(text(values, "instances"));
      const expiresAt = values.expires === undefined ? null : readInstant(text(values, "expires"));
      if (values.expires !== undefined && !expiresAt) throw new UsageError("--expires is a date: 2027-01-31.");
      if (expiresAt && expiresAt <= new Date()) throw new UsageError("--expires must be a date in the future.");
      await (await import("./cli/token.ts")).createToken(config(), {
        name: text(values, "name"),
        role,
        instanceIds,
        expiresAt,
      });
    },
  },
};

/** Commands of two words, by the first. */
const pairs: Readonly<Record<string, string>> = {
  token: "token create",
  keys: "keys reseal",
  audit: "audit verify",
};

async function main(args: string[]): Promise<void> {
  const [first = "", second] = args;
  const pair = Object.hasOwn(pairs, first) ? pairs[first] : undefined;
  const name = pair && second !== undefined && !second.startsWith("-") ? `${first} ${second}` : first;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const asksForHelp = args.includes("--help") || args.includes("-h");
  if (args.length === 0 || asksForHelp) {
    const help = commandHelp[pair && name === first ? pair : name];
    if (help || args.length === 0 || name.startsWith("-") || name === "help") return console.log(help ?? usage);
  }
  if (name === "--version") return console.log(version);
  if (!command)
    throw new UsageError(pair && name === first ? `Say \`npx gatehouse ${pair}\`.` : `There is no command "${name}".`);
  try {
    const { loadConfig } = await import("#src/config.ts");
    const config = (defaults?: { dataFolder?: string }) => loadConfig(process.env, process.cwd(), defaults);
    await command.run(readOptions(args.slice(name.split(" ").length), command), config);
  } catch (error) {
    if (error instanceof UsageError) error.help = commandHelp[name] ?? usage;
    throw error;
  }
}

function readOptions(args: string[], command: Command): Values {
  try {
    return parseArgs({ args, options: command.options, strict: true, allowPositionals: false }).values as Values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message.split(/\. (?:To specify|This command)/)[0]?.replace(/\.$/, "")}.`);
  }
}

/** Errors a person can act on are printed as their message alone; anything else is a bug, and printed whole. */
async function explain(error: unknown): Promise<string> {
  if (error instanceof UsageError) return `${error.message}\n\n${error.help}`;
  const told = [
    "ConfigError",
    "EmbeddedPostgresError",
    "DatabaseUnreachableError",
    "DatabaseNewerError",
    "MigrationBlockedError",
    "TooFewConnectionsError",
    "DriverError",
    "UnknownKeyError",
    "InvalidInputError",
    "NotFoundError",
    "ImportError",
    "BackupError",
  ];
  if (error instanceof Error && told.includes(error.name)) return error.message;
  const { code, address, port } = error as { code?: string; address?: string; port?: number };
  if (code === "EADDRINUSE") return (await import("./cli/port.ts")).portTaken(address ?? "127.0.0.1", port ?? 0);
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

rememberImports();
// `… | head`: who reads has seen enough. What still runs comes to its own end.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(await explain(error));
  process.exitCode = 1;
  // What was begun and could not be ended must not keep a command that has failed.
  setTimeout(() => process.exit(), 2000).unref();
}
