import { cacheExchange } from "@urql/exchange-graphcache";
import { Client, fetchExchange, mapExchange, subscriptionExchange } from "urql";
import { createLive } from "./live.ts";
import { signInAgain } from "./session.ts";

const scheme = location.protocol === "https:" ? "wss:" : "ws:";

export const live = createLive(`${scheme}//${location.host}/graphql`, signInAgain);

/** Types without an id of their own are part of the object they are read with. */
const embedded = () => null;

/**
 * All requests of the console but the live tail of activities, which would only fill the cache. Objects are kept once, by their global id:
 * what a mutation or a subscription returns shows at once wherever the object is on the page.
 */
export const client = new Client({
  url: "/graphql",
  preferGetMethod: false,
  requestPolicy: "cache-and-network",
  fetchOptions: { credentials: "same-origin", headers: { "x-gatehouse-csrf": "1" } },
  exchanges: [
    mapExchange({
      onError(error) {
        if (error.graphQLErrors.some(({ extensions }) => extensions.code === "UNAUTHENTICATED")) signInAgain();
      },
    }),
    cacheExchange({
      keys: {
        // Their ids are of the app, or of a rule: not unique.
        ActivityTarget: embedded,
        SigmaRule: embedded,
        Detector: ({ slug }) => slug as string,
        PolicyTemplate: ({ slug }) => slug as string,
      },
    }),
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: (operation) => ({
        subscribe: (sink) => ({
          unsubscribe: live.follow({ query: operation.query ?? "", variables: operation.variables }, sink as never),
        }),
      }),
    }),
  ],
});
