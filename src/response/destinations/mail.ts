import type { Core } from "#src/core.ts";
import { GatehouseError, InvalidInputError, MailRefusedError } from "#src/errors.ts";
import { renderMail } from "#src/platform/mail/render.ts";
import { type Mail, sendMail } from "#src/platform/mail/send.ts";
import { DeliveryError } from "./delivery-error.ts";
import { type AlertOut, actorName, isoOf } from "./event.ts";
import { mailAddresses } from "./target.ts";

const ranks = ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"];
/** Alerts that a mail describes; the others it counts. */
const described = 50;

export interface Digest {
  subject: string;
  text: string;
  html: string;
}

/** One mail for any number of alerts, the gravest first. */
export function digestOf(alerts: readonly AlertOut[], publicUrl: string): Digest {
  const rank = ({ alert }: AlertOut) => ranks.indexOf(alert.severity);
  const sorted = [...alerts].sort((a, b) => rank(b) - rank(a));
  const [first] = sorted;
  const subject =
    alerts.length === 1
      ? `${first!.alert.severity}: ${first!.alert.title}`
      : `${alerts.length} alerts, the gravest ${first!.alert.severity}: ${first!.alert.title}`;
  const shown = sorted.slice(0, described);
  const rest = alerts.length - shown.length;
  const counts = ranks
    .map((severity) => [severity, alerts.filter(({ alert }) => alert.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .reverse();
  return renderMail({
    subject: `[Gatehouse] ${subject}`,
    message: [...shown.map(paragraph), ...(rest > 0 ? [`… and ${rest} more.`] : [])].join("\n\n"),
    facts: counts.map(([severity, count]) => [severity, String(count)] as const),
    footer: `Gatehouse at ${publicUrl}`,
  });
}

function paragraph(event: AlertOut): string {
  const { alert, instance } = event;
  const about = actorName(event);
  return [
    `${alert.severity}: ${alert.title}`,
    `${instance.name} (${instance.appName})${about ? `, ${about}` : ""}, ${isoOf(alert.lastOccurredAt)}`,
    ...(alert.occurrences > 1 ? [`${alert.occurrences} times`] : []),
  ].join("\n");
}

/** To each address its own mail. One that failed in the middle is sent again to all, with the same Message-ID. Throws DeliveryError. */
export async function sendDigest(
  core: Pick<Core, "mail" | "publicUrl">,
  target: string,
  eventId: string,
  digest: Digest,
): Promise<void> {
  for (const to of mailAddresses(target)) {
    const mail: Mail = { to, ...digest, key: `destination ${eventId} ${to}` };
    try {
      await sendMail(core, mail);
    } catch (cause) {
      if (!(cause instanceof GatehouseError)) throw cause;
      const isFinal = cause instanceof MailRefusedError || cause instanceof InvalidInputError;
      throw new DeliveryError(`${to}: ${cause.message}`, { cause, isFinal });
    }
  }
}
