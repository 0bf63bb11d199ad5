import { inWords } from "#src/connector-kit/event-names.ts";
import { pastTense } from "#src/connector-kit/sentence.ts";
import { defineVocabulary } from "#src/connector-kit/vocabulary.ts";
import { cmdlets, mailboxEvents } from "./events-exchange.ts";
import { serviceAdminEvents, serviceEvents, signInFailures, signIns } from "./events-services.ts";
import { fileEvents, siteEvents } from "./events-sharepoint.ts";

/** `FileDownloaded` and `List Column Deleted`: what something was, put behind the verb. `CreateFlow`: an order. */
function worded(operation: string): string | null {
  const words = inWords(operation).toLowerCase().split(" ");
  const [first = "", last = ""] = [words[0], words.at(-1)];
  if (words.length > 1 && /[a-z]{2}(?<!e)ed$|^(sent|set|reset|read)$/.test(last))
    return `{actor} ${last} ${words.slice(0, -1).join(" ")}[: {target}]`;
  const past = first === "search" ? "searched" : pastTense(first);
  return past && words.length > 1 ? `{actor} ${past} ${words.slice(1).join(" ")}[: {target}]` : null;
}

/** Cmdlets are named as they were run. */
function cmdlet(operation: string): string | null {
  return /^[A-Z][a-z]+-[A-Z]\w+$/.test(operation) ? `{actor} ran ${operation}[: {target}]` : null;
}

/** Alerts of Defender for Cloud Apps have a type each. */
function cloudAppAlert(operation: string): string | null {
  return operation.startsWith("MCAS_ALERT_") ? "An alert was raised: {alert}[ ({actor})]" : null;
}

/** `Create` and its like are of mailboxes in Exchange, and of any record elsewhere. */
function ofRecord(operation: string, service: string): string | null {
  if (service !== elsewhere || !Object.hasOwn(mailboxEvents, operation)) return null;
  const past = pastTense(operation.toLowerCase());
  return past ? `{actor} ${past} {target} in {service}` : null;
}

/** The detail by which a record of another service than Exchange is looked up. */
export const elsewhere = "elsewhere";

/**
 * The operations of the unified audit log but those of the directory. A record type decides the category of what no table has.
 * Source: https://learn.microsoft.com/en-us/purview/audit-log-activities
 */
export const operations = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: signIns },
    { category: "USER", events: fileEvents },
    { category: "USER", events: mailboxEvents },
    { category: "USER", events: serviceEvents },
    { category: "ADMIN", events: siteEvents },
    { category: "ADMIN", events: cmdlets },
    { category: "ADMIN", events: serviceAdminEvents },
  ],
  failures: signInFailures,
  exceptions: [ofRecord],
  rules: [cloudAppAlert, cmdlet, worded],
  lexicon: {
    pasts: {
      ...{ AppInstalled: "installed", AppUninstalled: "uninstalled", AppUpgraded: "updated" },
      ...{ AppPublishedToCatalog: "published", AppUpdatedInCatalog: "updated", AppDeletedFromCatalog: "deleted" },
    },
  },
});
