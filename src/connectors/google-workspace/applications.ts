import type { Sweep } from "#src/connector-kit/log/follow-time.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How late records of a log come, by Google's table and beyond it. */
export interface Lag {
  /** What is usual: read again at each run. */
  overlapMs: number;
  sweeps: readonly Sweep[];
}

/** Google states that some come later than its table has it, up to days: the last days are read again twice a day. */
const late: Sweep = { everyMs: 12 * hourMs, backMs: 4 * dayMs };

/** Lags: https://support.google.com/a/answer/7061566 */
const lags = {
  minutes: { overlapMs: 15 * minuteMs, sweeps: [{ everyMs: hourMs, backMs: 7 * hourMs }, late] },
  hours: { overlapMs: 3 * hourMs, sweeps: [{ everyMs: 4 * hourMs, backMs: 16 * hourMs }, late] },
} as const satisfies Record<string, Lag>;

export interface Application {
  /** As the Reports API names its log. */
  name: string;
  lag: Lag;
  /** Read no more often than this; absent: at each run. */
  everyMs?: number;
  /** Every edition has it: when Google refuses it, something is wrong. */
  always?: true;
  /** Only where the admin wants it: it holds each message. */
  mail?: true;
}

/** What detections look at. The others are many, mostly idle, and looked at every ten minutes. */
const prompt = [
  ...["admin", "login", "token", "drive", "user_accounts", "saml", "groups", "groups_enterprise", "rules"],
  ...["context_aware_access", "access_transparency", "vault"],
];

const slow = ["calendar", "groups", "login", "saml", "token", "user_accounts", "cloud_search", "takeout"];

/** Every log of the Reports API: https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list#ApplicationName */
const names = `
  admin login token drive user_accounts saml groups groups_enterprise rules context_aware_access access_evaluation access_transparency
  admin_data_action calendar chat meet keep mobile chrome chrome_sync jamboard meet_hardware gcp gplus data_studio vault
  gemini_in_workspace_apps classroom assignments cloud_search tasks contacts profile voice takeout graduation data_migration
  directory_sync ldap workspace_studio gmail
`
  .trim()
  .split(/\s+/);

export const applications: readonly Application[] = names.map((name) => ({
  name,
  lag: slow.includes(name) ? lags.hours : lags.minutes,
  ...(prompt.includes(name) ? {} : { everyMs: 10 * minuteMs }),
  ...(name === "admin" || name === "login" ? { always: true } : {}),
  ...(name === "gmail" ? { mail: true } : {}),
}));

/** Alerts are raised after the fact, and stay as they are ordered. */
export const alertLag: Lag = lags.minutes;
