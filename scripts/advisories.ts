/** What `npm audit --json` reports, judged by a policy. */

const severities = ["info", "low", "moderate", "high", "critical"] as const;
export type Severity = (typeof severities)[number];

export interface Report {
  vulnerabilities?: Readonly<
    Record<string, { name: string; severity: Severity; via: readonly (string | { url: string; title: string })[] }>
  >;
  /** Instead of the above, when the registry gave no answer. */
  message?: string;
}

/** Advisories that do not concern Gatehouse, by `GHSA-…`: why, and until when that is believed (`2027-03-31`). */
export type Accepted = Readonly<Record<string, { because: string; until: string }>>;

/** Advisories of at least this severity that nobody has accepted, one a line. What depends on the package repeats it without an advisory. */
export function advisories({ vulnerabilities = {} }: Report, least: Severity, accepted: Accepted, now: Date): string[] {
  const isAccepted = (url: string) => {
    const reason = accepted[url.split("/").at(-1) ?? ""];
    return reason !== undefined && new Date(reason.until) >= now;
  };
  return Object.values(vulnerabilities).flatMap(({ name, severity, via }) =>
    severities.indexOf(severity) < severities.indexOf(least)
      ? []
      : via
          .filter((one) => typeof one !== "string")
          .filter(({ url }) => !isAccepted(url))
          .map(({ url, title }) => `${name} (${severity}): ${title}, ${url}`),
  );
}
