/** `AWAITING_APPROVAL` → `Awaiting approval`. Abbreviations stay. */
export function words(name: string): string {
  const text = name.toLowerCase().replaceAll("_", " ");
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return sentence.replace(/\b(oauth|dlp|ip|url|mfa|sso|id)\b/gi, (word) => abbreviations[word.toLowerCase()] ?? word);
}

const abbreviations: Record<string, string> = {
  oauth: "OAuth",
  dlp: "DLP",
  ip: "IP",
  url: "URL",
  mfa: "MFA",
  sso: "SSO",
  id: "ID",
};

const whole = new Intl.NumberFormat();

export function count(value: number | null | undefined): string {
  return value == null ? "–" : whole.format(value);
}

/** `1 account`, `2 accounts`. */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${whole.format(value)} ${value === 1 ? singular : plural}`;
}

const countryNames = new Intl.DisplayNames(undefined, { type: "region" });

export function country(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (countryNames.of(code) ?? code) : code;
}
