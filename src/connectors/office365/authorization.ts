import { applicationAuthorization } from "../_microsoft/consent.ts";
import { graphOf } from "../_microsoft/graph.ts";

/** Microsoft Graph has the instance's own token; the Management Activity API is asked with a second one, see `activityApi`. */
export const authorization = applicationAuthorization(graphOf);
