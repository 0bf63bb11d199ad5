/** What the detections ask about the account and its organisation, beyond what the account did. */
export interface Account {
  /** Of a program that acts for many. */
  isService: boolean;
  /** Whether many accounts of the instance have signed in from there, on several of the days before that of `t`. */
  isCommon(kind: "address" | "place" | "country", value: string, t: number): boolean;
}

/** Two addresses of one town are one place. */
export function placeName({ country, city }: { country?: string; city?: string }): string {
  return `${country ?? ""}/${city ?? ""}`;
}
