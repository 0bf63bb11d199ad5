/** Every simulated provider, a line each. */

export { box } from "./box/index.ts";
export { dropbox } from "./dropbox/index.ts";
export { github } from "./github/index.ts";
export { okta } from "./okta/index.ts";
export { servicenow } from "./servicenow/index.ts";
export { workday } from "./workday/index.ts";
export { workplace } from "./workplace/index.ts";
