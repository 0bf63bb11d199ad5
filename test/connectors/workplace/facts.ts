import type { ConnectorFacts } from "../contract/facts.ts";
import type { Live } from "../live.ts";

const person = (live: Live) => live.user((_, index) => index === 7);

export const facts: ConnectorFacts = {
  tenants: { large: { users: 230, groups: 6, events: 0 }, small: { users: 12, groups: 4, events: 0 } },
  modes: {
    token: {
      settings: ({ accessToken, appId, appSecret }) => ({ accessToken, appId, appSecret }),
      renews: true,
    },
    install: {
      settings: ({ appId, appSecret }) => ({ appId, appSecret }),
      consent: ({ communityId }) => ({ community: communityId!, groups: "all" }),
      renews: false,
    },
  },
  unprovedScopes: { "Read security logs": "The permission is for what Workplace sends: there is nothing to ask for." },
  namesRetryTime: false,
  log: { pulled: false, signIn: "LOG_IN" },
  actions: {
    SUSPEND_USER: { target: person, shows: (live, { user }) => live.statusOf(user!.externalId) },
    REQUIRE_SIGN_IN_AGAIN: { target: person, repeats: "Workplace does not show whether somebody is signed in." },
  },
  webhook: {
    event: { type: "ACCOUNT_DEACTIVATED" },
    signature: "x-hub-signature-256",
    coversBody: true,
    maxAgeSeconds: null,
    brings: "activities",
  },
};
