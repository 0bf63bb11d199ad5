import type { Detector } from "../detector.ts";
import { banking } from "./banking.ts";
import { cards } from "./cards.ts";
import { contact } from "./contact.ts";
import { cloud } from "./credentials/cloud.ts";
import { codeHosts } from "./credentials/code-hosts.ts";
import { keys } from "./credentials/keys.ts";
import { services } from "./credentials/services.ts";
import { documents } from "./documents.ts";
import { health } from "./health.ts";
import { africaOceania } from "./national-ids/africa-oceania.ts";
import { americas } from "./national-ids/americas.ts";
import { asia } from "./national-ids/asia.ts";
import { easternEurope } from "./national-ids/eastern-europe.ts";
import { northernEurope } from "./national-ids/northern-europe.ts";
import { southernEurope } from "./national-ids/southern-europe.ts";
import { westernEurope } from "./national-ids/western-europe.ts";
import { sourceCode } from "./source-code.ts";
import { tax } from "./tax.ts";
import { wallets } from "./wallets.ts";

/** Every built-in detector, in the order in which lists show them. */
export const builtInDetectors: readonly Detector[] = [
  ...[...cards, ...banking, ...wallets],
  ...[...westernEurope, ...northernEurope, ...southernEurope, ...easternEurope, ...americas, ...asia, ...africaOceania],
  ...[...tax, ...documents, ...health, ...contact],
  ...[...cloud, ...codeHosts, ...services, ...keys],
  ...sourceCode,
];
