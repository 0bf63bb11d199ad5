/** Of a provider that states no domains of the organisation: those that its people show. */
interface Person {
  email: string | null;
  isAdmin?: boolean;
}

/**
 * Domains of administrators, and those that a tenth or more of the people have. People of the organisation only: guests would count as their
 * own. In small letters, each once.
 */
export function commonDomains(people: readonly Person[]): string[] {
  const counts = new Map<string, number>();
  for (const { email, isAdmin } of people) {
    const domain = email?.split("@")[1]?.toLowerCase();
    if (domain) counts.set(domain, (counts.get(domain) ?? 0) + (isAdmin ? people.length : 1));
  }
  return [...counts].filter(([, count]) => count * 10 >= people.length).map(([domain]) => domain);
}
