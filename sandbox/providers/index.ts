/** Every simulated provider, a line each. */

export { atlassian } from "./atlassian/index.ts";
export { aws } from "./aws/index.ts";
export { azure } from "./azure/index.ts";
export { box } from "./box/index.ts";
export { docusign } from "./docusign/index.ts";
export { dropbox } from "./dropbox/index.ts";
export { egnyte } from "./egnyte/index.ts";
export { gcp } from "./gcp/index.ts";
export { github } from "./github/index.ts";
export { googleWorkspace } from "./google-workspace/index.ts";
export { netdocuments } from "./netdocuments/index.ts";
export { office365 } from "./office365/index.ts";
export { okta } from "./okta/index.ts";
export { onelogin } from "./onelogin/index.ts";
export { salesforce } from "./salesforce/index.ts";
export { servicenow } from "./servicenow/index.ts";
export { sharefile } from "./sharefile/index.ts";
export { slack } from "./slack/index.ts";
export { smartsheet } from "./smartsheet/index.ts";
export { webex } from "./webex/index.ts";
export { workday } from "./workday/index.ts";
export { workplace } from "./workplace/index.ts";
export { zendesk } from "./zendesk/index.ts";
