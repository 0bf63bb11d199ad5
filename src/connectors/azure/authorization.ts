import { applicationAuthorization } from "../_microsoft/consent.ts";
import { graphOf } from "../_microsoft/graph.ts";

/** Microsoft Graph has the instance's own token; Azure Resource Manager is asked with a second one, see `armOf`. */
export const authorization = applicationAuthorization(graphOf);
