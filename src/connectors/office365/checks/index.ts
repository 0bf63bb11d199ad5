import type { Check } from "#src/connector-kit/contract/checks.ts";
import { administratorChecks } from "./administrators.ts";
import { authenticationMethodChecks } from "./authentication-methods.ts";
import { consentChecks } from "./consent.ts";
import { defenderChecks } from "./defender.ts";
import { directoryChecks } from "./directory.ts";
import { exchangeChecks } from "./exchange.ts";
import { guestChecks } from "./guests.ts";
import { purviewChecks } from "./purview.ts";
import { riskChecks } from "./risk.ts";
import { sharePointChecks } from "./sharepoint.ts";
import { signInChecks } from "./sign-in.ts";
import { teamsChecks } from "./teams.ts";

export const checks: readonly Check[] = [
  ...signInChecks,
  ...riskChecks,
  ...authenticationMethodChecks,
  ...administratorChecks,
  ...consentChecks,
  ...guestChecks,
  ...directoryChecks,
  ...sharePointChecks,
  ...exchangeChecks,
  ...defenderChecks,
  ...teamsChecks,
  ...purviewChecks,
];
