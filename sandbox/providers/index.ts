import type { Provider } from "../provider.ts";
import { github } from "./github/index.ts";
import { okta } from "./okta/index.ts";
import { workday } from "./workday/index.ts";
import { workplace } from "./workplace/index.ts";

/** Every pretend provider; a host is served by the first that claims it. */
export const providers: Provider[] = [github, okta, workday, workplace];
