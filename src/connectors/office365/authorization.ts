import { applicationAuthorization } from "../_microsoft/consent.ts";
import { graphOf } from "../_microsoft/graph.ts";
import { activityAudience } from "./api.ts";
import { isChosen } from "./components.ts";

/** Microsoft Graph has the instance's own token; the Management Activity API is asked with another one. */
export const authorization = applicationAuthorization(graphOf, ({ settings, components }) =>
  isChosen(components, "o365_activities") || isChosen(components, "signin_events") ? [activityAudience(settings)] : [],
);
