import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { type EventTable, expand, withWords } from "./event-table.ts";
import { adminEvents } from "./events-admin.ts";
import { directoryEvents } from "./events-directory.ts";
import { productEvents, productUse } from "./events-products.ts";
import { signInEvents } from "./events-sign-in.ts";
import { userEvents } from "./events-user.ts";

export interface Phrase {
  category: ActivityCategory;
  template: string;
}

const tables: readonly [ActivityCategory, EventTable][] = [
  ["LOG_ON", signInEvents],
  ["USER", userEvents],
  ["USER", productUse],
  ["ADMIN", adminEvents],
  ["ADMIN", directoryEvents],
  ["ADMIN", productEvents],
];

/** Types that are known by name. */
export const phrases = new Map<string, Phrase>();
/** Types known by what they begin with. */
const families: [start: string, phrase: Phrase][] = [];
/** Types that the event hook asks for. */
export const hooked: string[] = [];

for (const [category, table] of tables)
  for (const [key, template] of Object.entries(table))
    for (const type of expand(key)) {
      if (type.name.endsWith(".*")) families.push([type.name.slice(0, -1), { category, template }]);
      else phrases.set(type.name, { category, template: withWords(template, type) });
      if (type.hook) hooked.push(type.name);
    }

/** The category and the sentence of a type; null when it is not among them. */
export function phraseOf(eventType: string): Phrase | null {
  const phrase = phrases.get(eventType);
  if (phrase) return phrase;
  const family = families.find(([start]) => eventType.startsWith(start));
  if (!family) return null;
  const [start, { category, template }] = family;
  return {
    category,
    template: withWords(template, { name: eventType, first: "", last: eventType.slice(start.length) }),
  };
}

/** Event types that Okta's reference does not list. `ontoOther`: done by one person to another. */
export function familyOf(eventType: string, ontoOther: boolean): ActivityCategory {
  if (
    /^(user\.session|user\.authentication|user\.device_session|app\.oauth2\.(as\.)?(token\.grant|authorize|signon))/.test(
      eventType,
    )
  )
    return "LOG_ON";
  // Messages and limits are nobody's administration, though their types begin as settings do.
  if (/^system\.(push|sms|voice|email\.(?!template\.))|rate_limit\.(violation|warning|notification)/.test(eventType))
    return "USER";
  if (
    /^(system|policy|application\.(lifecycle|provision)|iam|zone|network_zone|group|event_hook|inline_hook|security\.(authenticator|behavior|trusted_origin|voice|zone|events)|oauth2|resource_servers|directory|org|support|pki|realm)(\.|$)/.test(
      eventType,
    )
  )
    return "ADMIN";
  if (/\.(settings|configuration|lifecycle)\./.test(eventType)) return "ADMIN";
  return ontoOther ? "ADMIN" : "USER";
}
