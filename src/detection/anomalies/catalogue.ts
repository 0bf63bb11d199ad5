/** The built-in detections. The place in the list is stored with what accounts did: add at the end, never reorder. */
export const slugs = [
  "anonymous-ip",
  "infrequent-country",
  "suspicious-ip",
  "impossible-travel",
  "terminated-user-activity",
  "multiple-failed-logins",
  "unusual-admin-activity",
  "unusual-impersonated-activity",
] as const;
export type Slug = (typeof slugs)[number];

/** A detection by its place in the list. */
export type Detection = number;

export const detection = Object.fromEntries(slugs.map((slug, index) => [slug, index])) as Record<Slug, Detection>;

/** How much a policy wants to hear; `off` for one that is switched off or does not cover the account. */
export const levels = { off: 0, LOW: 1, MEDIUM: 2, HIGH: 3 } as const;
export type Level = 0 | 1 | 2 | 3;

export const levelNames = ["OFF", "LOW", "MEDIUM", "HIGH"] as const;
