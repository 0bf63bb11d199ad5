export const usage = `Gatehouse: one GraphQL API over the cloud apps you use.

  gatehouse serve                 the gateway and its workers (also: npm start)
  gatehouse worker                jobs only: as many as you like beside serve
  gatehouse demo                  everything, with pretend providers (also: npm run demo)
  gatehouse migrate               bring the database up to date
  gatehouse token create --name N --role VIEWER|ANALYST|ADMIN [--instances 1,2] [--expires 2027-01-31]
                                  make an API token; its secret is printed once
  gatehouse import --instance ID --file F.ndjson [--dry-run]
                                  take in archived provider events (F = - reads standard input)
  gatehouse schema [--write F]    print the GraphQL schema
  gatehouse doctor                check configuration, database, migrations, clock, key
  gatehouse --version             print the version

Settings come from the environment; docs/configuration.md lists them.`;
