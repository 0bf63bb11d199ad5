/** An invented community, shaped as Meta's reference and public webhook receivers have it. */
export const value = {
  event: "LOG_IN",
  event_time: 1763451738,
  actor: { id: "100099300417265", email: "mira.holt@acme.test" },
  target: { id: "100099300417265", email: "mira.holt@acme.test" },
  ip: "203.0.113.24",
  user_agent: "Mozilla/5.0 (Macintosh)",
};

/** The same as receivers have published it: flat, with the time as text. */
export const flat = {
  actor_community_id: "1406580000000000",
  actor_id: "100099300417265",
  actor_email: "mira.holt@acme.test",
  target_id: "100099300417031",
  target_email: "tom.berg@acme.test",
  ip: "203.0.113.24",
  ip_country: "FR",
  timestamp: "2025-11-18T07:42:18+0000",
  event: "CUSTOM_INTEGRATION_EDIT",
  browser_name: "Firefox",
  useragent: "Mozilla/5.0 (X11)",
  integration_data: { custom_integration_name: "Payroll bot", custom_integration_status: "INSTALLED" },
};

export function delivery(...changes: unknown[]) {
  return { object: "workplace_security", entry: [{ id: "1406580000000000", time: 1763451739, changes }] };
}

const extension = (name: string) => `urn:ietf:params:scim:schemas:extension:facebook:${name}:2.0:User`;

export const scimUser = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  id: "100099300417265",
  externalId: "e-1042",
  userName: "mira.holt@acme.test",
  name: { formatted: "Mira Holt", givenName: "Mira", familyName: "Holt" },
  active: true,
  emails: [{ value: "mira.holt@acme.test", type: "work", primary: true }],
  [extension("accountstatusdetails")]: { invited: true, inviteDate: 1700000000, claimed: true, claimDate: 1700003600 },
  [extension("authmethod")]: { authMethod: "sso" },
  [extension("starttermdates")]: { startDate: 1709510400, termDate: 0 },
};

export const unclaimed = {
  [extension("accountstatusdetails")]: { invited: true, inviteDate: 1700000000, claimed: false },
};
