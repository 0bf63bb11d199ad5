/** Every app Gatehouse knows, a line each. */

export { atlassian } from "./atlassian/app.ts";
export { aws } from "./aws/app.ts";
export { azure } from "./azure/app.ts";
export { box } from "./box/app.ts";
export { docusign } from "./docusign/app.ts";
export { dropbox } from "./dropbox/app.ts";
export { egnyte } from "./egnyte/app.ts";
export { gcp } from "./gcp/app.ts";
export { github } from "./github/app.ts";
export { googleWorkspace } from "./google-workspace/app.ts";
export { netdocuments } from "./netdocuments/app.ts";
export { office365 } from "./office365/app.ts";
export { okta } from "./okta/app.ts";
export { onelogin } from "./onelogin/app.ts";
export { salesforce } from "./salesforce/app.ts";
export { servicenow } from "./servicenow/app.ts";
export { sharefile } from "./sharefile/app.ts";
export { slack } from "./slack/app.ts";
export { smartsheet } from "./smartsheet/app.ts";
export { webex } from "./webex/app.ts";
export { workday } from "./workday/app.ts";
export { workplace } from "./workplace/app.ts";
export { zendesk } from "./zendesk/app.ts";
export { zoom } from "./zoom/app.ts";
