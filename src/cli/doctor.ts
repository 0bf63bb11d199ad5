import { type Config, ConfigError } from "#src/config.ts";
import { version } from "#src/platform/version.ts";
import { checkAddressFiles } from "./doctor/addresses.ts";
import { checkDatabase } from "./doctor/database.ts";
import { checkDataDirectory, checkDisk, checkKeys } from "./doctor/files.ts";
import { type Finding, ok, problem } from "./doctor/finding.ts";
import { checkMail, checkOidc, checkPort, checkPublicUrl, checkSandbox } from "./doctor/network.ts";

/** `gatehouse doctor`: looks at everything, changes and starts nothing. Exit code 1 when there is a problem. */
export async function doctor(loadConfig: () => Config): Promise<void> {
  let problems = 0;
  let warnings = 0;
  for await (const { level, about, text } of examine(loadConfig)) {
    console.log(`${level.padEnd(7)}  ${about}: ${text}`);
    if (level === "problem") problems += 1;
    if (level === "warning") warnings += 1;
  }
  const count = (many: number, word: string) => `${many} ${word}${many === 1 ? "" : "s"}`;
  console.log(
    problems + warnings === 0 ? "Everything is well." : `${count(problems, "problem")}, ${count(warnings, "warning")}.`,
  );
  if (problems > 0) process.exitCode = 1;
}

async function* examine(loadConfig: () => Config): AsyncGenerator<Finding, void, void> {
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { variable, message } of error.problems) yield problem(variable, message);
    yield problem("configuration", "the rest can be looked at once it is right.");
    return;
  }
  yield ok("configuration", `Gatehouse ${version}, ${config.production ? "production" : "development"}`);
  yield checkDataDirectory(config);
  if (config.databaseUrl === null) yield checkDisk(config);
  const keys = checkKeys(config);
  yield keys.finding;
  yield* checkAddressFiles(config.addressFiles);
  yield* checkDatabase(config, keys.keys);
  yield await checkPublicUrl(config);
  yield await checkPort(config);
  if (config.oidc) yield await checkOidc(config.oidc.issuer);
  if (config.smtpUrl) yield await checkMail(config.smtpUrl);
  if (config.providerSandboxUrl) yield await checkSandbox(config.providerSandboxUrl);
}
