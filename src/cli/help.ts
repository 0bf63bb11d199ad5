/** What `gatehouse` and `gatehouse --help` print. */
export const usage = `Gatehouse: one GraphQL API over the cloud apps you use.

  npx gatehouse serve                 the gateway and its workers (also: npm start)
  npx gatehouse worker                jobs only: as many as you like beside serve
  npx gatehouse demo                  everything, with simulated providers (also: npm run demo)
  npx gatehouse migrate               bring the database up to date
  npx gatehouse signin                print a one-time sign-in link for the browser
  npx gatehouse token create          create an API token
  npx gatehouse import                import archived provider events
  npx gatehouse backup                write the database to one file, while Gatehouse runs
  npx gatehouse restore               put a backup into an empty database
  npx gatehouse restored              for a database that was restored by other means
  npx gatehouse keys reseal           seal all secrets with the first key
  npx gatehouse audit verify          check that the audit log is as it was written
  npx gatehouse schema                print the GraphQL schema
  npx gatehouse doctor                check configuration, database, migrations, clock, keys
  npx gatehouse --version             print the version

\`npx gatehouse <command> --help\` describes its options. Settings come from the environment; docs/configuration.md lists them.`;

/** What `gatehouse <command> --help` prints. */
export const commandHelp: Readonly<Record<string, string>> = {
  serve: `npx gatehouse serve

Starts the gateway (HTTP, WebSocket, event streams) and its workers in one process, and the embedded PostgreSQL unless
DATABASE_URL is set. Applies pending migrations first. Ctrl-C or SIGTERM lets running work finish; a second one
ends the process at once.`,
  worker: `npx gatehouse worker

Runs jobs only: scans, webhook deliveries, upkeep. Start as many as you like on one database, beside \`npx gatehouse serve\`.`,
  demo: `npx gatehouse demo [--apps all|SLUG,SLUG,...]

Everything on one machine, with simulated providers: connects their tenants, scans them, and keeps new activities coming.
Without --apps it shows the apps of one episode; with npm: \`npm run demo -- --apps all\`.
Prints a sign-in link and a token that work as they are and end with the demo. Its data is kept in .gatehouse-demo, unless
GATEHOUSE_DATA or DATABASE_URL is set; data of a real installation is refused.`,
  migrate: `npx gatehouse migrate

Brings the database up to date and ends. Any number of processes may do so at once. \`serve\`, \`worker\`, \`token create\` and
\`import\` do it too. A database of a newer Gatehouse is refused and left as it is.`,
  signin: `npx gatehouse signin [--role VIEWER|ANALYST|ADMIN] [--name N]

Prints, as the only output, a link that signs one browser in. It works once, within ten minutes, and opens the
address given by PUBLIC_URL, or else by HOST and PORT.

  --role R  the role of the session; default: ADMIN
  --name N  its name in the audit log; default: local admin`,
  "token create": `npx gatehouse token create --name N --role VIEWER|ANALYST|ADMIN [--instances 1,2] [--expires 2027-01-31]

Creates an API token and prints its secret, once, as the only output.

  --name N         its purpose; shown in the audit log
  --role R         VIEWER, ANALYST or ADMIN
  --instances 1,2  only these instances, by number or by their id in the API; default: all
  --expires D      until this day; default: until it is revoked`,
  import: `npx gatehouse import --instance ID --file F [--dry-run]
npx gatehouse import --connector SLUG --file F --dry-run

Imports archived provider events through the same mapping and pipeline as a scan. Importing a file again changes
nothing. Accepts one JSON event per line, a JSON array, or whole JSON documents, such as pages of a provider's API;
.gz is unpacked.

  --instance ID     the instance: its number or its id in the API
  --file F          the archive; - reads standard input
  --dry-run         prints the activities, one JSON line each, and stores nothing
  --connector SLUG  the connector, for a dry run without an instance and without a database

Each problem is reported as file:line, and the import goes on. A summary follows on standard error. Exit code 1 if there was any problem.`,
  backup: `npx gatehouse backup --file F

Writes the database to the file F, in one snapshot, while everything goes on. The secret keys are not in it: keep a
copy of them elsewhere. docs/operations.md has the steps.

  --file F  where to; it appears when it is whole`,
  restore: `npx gatehouse restore --file F

Puts a backup into an empty database: all of it, or nothing. Stop Gatehouse first. Then cursors of what was lost expire,
people sign in again, and actions that may have been carried out since the backup wait for approval.

  --file F  a file made by \`npx gatehouse backup\` of the same version`,
  restored: `npx gatehouse restored

Does what \`npx gatehouse restore\` does after a restore, for databases restored by other means. Most of those are noticed
at the next start without it; the state of a virtual machine that was set back is not.`,
  "keys reseal": `npx gatehouse keys reseal

Seals all secrets with the first of GATEHOUSE_SECRET_KEYS, so that the others can be removed. Safe to interrupt and to repeat.`,
  "audit verify": `npx gatehouse audit verify

Recomputes the hash chain of the audit log and reports what was changed, deleted or inserted since it was written. Prints the
hash at its end: kept elsewhere, it proves later that nothing before it has changed. If all is well, it seals the end with the
first key, as the workers do every hour. Exit code 1 if something is wrong.`,
  schema: `npx gatehouse schema [--write F]

Prints the GraphQL schema (SDL), or writes it to the file F.`,
  doctor: `npx gatehouse doctor

Checks configuration, data directory, database, migrations, clock, keys, instances, public address, disk and port, and
prints what to do. Changes nothing and starts nothing. Exit code 1 if there is a problem.`,
};
