// Rules of our own for what public rules look for, on events as the apps send them: each hits one and misses its neighbours.
import { expect, test } from "vitest";
import { activity, ruleOf } from "./support.ts";

interface Case {
  name: string;
  slug: string;
  logsource: string;
  detection: string;
  hits: object[];
  misses: object[];
}

const okta = (eventType: string, more: object = {}) => ({ eventType, outcome: { result: "SUCCESS" }, ...more });
const github = (action: string, more: object = {}) => ({
  "@timestamp": 1,
  action,
  actor: "mira",
  org: "acme",
  ...more,
});
const aws = (eventSource: string, eventName: string, more: object = {}) => ({
  eventSource: `${eventSource}.amazonaws.com`,
  eventName,
  userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/mira" },
  ...more,
});

const cases: Case[] = [
  {
    name: "Okta: somebody is made an administrator",
    slug: "okta",
    logsource: "{product: okta, service: okta}",
    detection: "grant: {eventType: [user.account.privilege.grant, group.privilege.grant]}\ncondition: grant",
    hits: [okta("user.account.privilege.grant"), okta("group.privilege.grant")],
    misses: [okta("user.account.privilege.revoke"), okta("group.user_membership.add")],
  },
  {
    name: "Okta: factors are reset, but not by the one they belong to",
    slug: "okta",
    logsource: "{product: okta}",
    detection:
      "reset: {eventType|startswith: user.mfa.factor., eventType|endswith: [deactivate, reset_all]}\nown: {actor.id|fieldref: target.id}\ncondition: reset and not own",
    hits: [okta("user.mfa.factor.reset_all", { actor: { id: "00a" }, target: [{ id: "00b", type: "User" }] })],
    misses: [
      okta("user.mfa.factor.deactivate", { actor: { id: "00b" }, target: [{ id: "00b", type: "User" }] }),
      okta("user.mfa.factor.activate", { actor: { id: "00a" }, target: [{ id: "00b" }] }),
    ],
  },
  {
    name: "Okta: a session through a proxy",
    slug: "okta",
    logsource: "{product: okta}",
    detection: "s: {eventType: user.session.start, securityContext.isProxy: true}\ncondition: all of them",
    hits: [okta("user.session.start", { securityContext: { isProxy: true, isp: "somebody" } })],
    misses: [
      okta("user.session.start", { securityContext: { isProxy: false } }),
      okta("user.session.end", { securityContext: { isProxy: true } }),
    ],
  },
  {
    name: "Okta: a failed sign-in whose name looks like a password",
    slug: "okta",
    logsource: "{product: okta}",
    detection:
      "failed: {eventType: user.session.start, outcome.result: failure}\nmail:\n  actor.alternateId|re: '^[\\w.+-]+@[\\w-]+(\\.[\\w-]+)+$'\ncondition: failed and not mail",
    hits: [{ eventType: "user.session.start", outcome: { result: "FAILURE" }, actor: { alternateId: "Tr0ub4dor&3" } }],
    misses: [
      { eventType: "user.session.start", outcome: { result: "FAILURE" }, actor: { alternateId: "mira@acme.test" } },
      { eventType: "user.session.start", outcome: { result: "SUCCESS" }, actor: { alternateId: "Tr0ub4dor&3" } },
    ],
  },
  {
    name: "Okta: the admin console with a behaviour that is new",
    slug: "okta",
    logsource: "{product: okta}",
    detection:
      "console: {eventType: policy.evaluate_sign_on, target.displayName: Okta Admin Console}\nfresh:\n  - debugContext.debugData.behaviors|contains: '=POSITIVE'\n  - debugContext.debugData.logOnlySecurityData|contains: '\"POSITIVE\"'\ncondition: console and fresh",
    hits: [
      okta("policy.evaluate_sign_on", {
        target: [{ displayName: "Rule" }, { displayName: "Okta Admin Console" }],
        debugContext: { debugData: { behaviors: "{New IP=POSITIVE, New City=NEGATIVE}" } },
      }),
      okta("policy.evaluate_sign_on", {
        target: [{ displayName: "Okta Admin Console" }],
        debugContext: { debugData: { logOnlySecurityData: '{"behaviors":{"New Device":"POSITIVE"}}' } },
      }),
    ],
    misses: [
      okta("policy.evaluate_sign_on", {
        target: [{ displayName: "Wiki" }],
        debugContext: { debugData: { behaviors: "{New IP=POSITIVE}" } },
      }),
      okta("policy.evaluate_sign_on", {
        target: [{ displayName: "Okta Admin Console" }],
        debugContext: { debugData: { behaviors: "{New IP=NEGATIVE}" } },
      }),
    ],
  },
  {
    name: "GitHub: single sign-on or two-factor enforcement of an organization is taken away",
    slug: "github",
    logsource: "{product: github, service: audit}",
    detection: "off:\n  action: [org.disable_saml, org.disable_two_factor_requirement]\ncondition: off",
    hits: [github("org.disable_saml"), github("org.disable_two_factor_requirement")],
    misses: [github("org.enable_saml"), github("org.update_member")],
  },
  {
    name: "GitHub: scanning for secrets is switched off anywhere",
    slug: "github",
    logsource: "{product: github}",
    detection: "off:\n  action|contains: secret_scanning\n  action|endswith: [disable, disabled]\ncondition: off",
    hits: [github("repository_secret_scanning.disable"), github("business_secret_scanning_push_protection.disabled")],
    misses: [github("repository_secret_scanning.enable"), github("dependabot_alerts.disable")],
  },
  {
    name: "GitHub: a person, not a bot, opens a private repository to the public",
    slug: "github",
    logsource: "{product: github}",
    detection:
      "open: {action: repo.access, visibility: public, previous_visibility|neq: public}\nbot:\n  - actor_is_bot: true\n  - actor|endswith: '[bot]'\ncondition: open and not bot",
    hits: [github("repo.access", { visibility: "public", previous_visibility: "private" })],
    misses: [
      github("repo.access", { visibility: "private", previous_visibility: "public" }),
      github("repo.access", { visibility: "public", previous_visibility: "private", actor: "release[bot]" }),
      github("repo.access", { visibility: "public", previous_visibility: "private", actor_is_bot: true }),
    ],
  },
  {
    name: "AWS: the root account at work",
    slug: "aws",
    logsource: "{product: aws, service: cloudtrail}",
    detection:
      "root: {userIdentity.type: Root}\nservice: {eventType: AwsServiceEvent}\ncondition: root and not service",
    hits: [aws("signin", "ConsoleLogin", { userIdentity: { type: "Root" }, eventType: "AwsConsoleSignIn" })],
    misses: [
      aws("kms", "RotateKey", { userIdentity: { type: "Root" }, eventType: "AwsServiceEvent" }),
      aws("signin", "ConsoleLogin", { eventType: "AwsConsoleSignIn" }),
    ],
  },
  {
    name: "AWS: a bucket was deleted, and it worked",
    slug: "aws",
    logsource: "{product: aws, service: cloudtrail}",
    detection:
      "gone: {eventName: DeleteBucket}\nok_none: {errorCode: null}\nok_said: {errorCode: Success}\ncondition: gone and 1 of ok_*",
    hits: [aws("s3", "DeleteBucket"), aws("s3", "DeleteBucket", { errorCode: "Success" })],
    misses: [aws("s3", "DeleteBucket", { errorCode: "AccessDenied" }), aws("s3", "CreateBucket")],
  },
  {
    name: "AWS: a policy for everybody, hidden in a text of JSON",
    slug: "aws",
    logsource: "{product: aws}",
    detection:
      's:\n  eventName: Put*Policy\n  requestParameters|contains|all: [\'"Effect":"Allow"\', \'"Principal":"\\*"\']\ncondition: s',
    hits: [
      aws("s3", "PutBucketPolicy", {
        requestParameters: { bucketName: "b", policy: '{"Statement":[{"Effect":"Allow","Principal":"*"}]}' },
      }),
      aws("s3", "PutBucketPolicy", { requestParameters: { policy: { Effect: "Allow", Principal: "*" } } }),
    ],
    misses: [
      aws("s3", "PutBucketPolicy", { requestParameters: { policy: '{"Effect":"Allow","Principal":"arn:x"}' } }),
      aws("s3", "GetBucketPolicy", { requestParameters: { policy: '{"Effect":"Allow","Principal":"*"}' } }),
    ],
  },
  {
    name: "AWS: the console without a second factor, from outside our own network",
    slug: "aws",
    logsource: "{product: aws}",
    detection:
      "in: {eventName: ConsoleLogin, responseElements.ConsoleLogin: Success, additionalEventData.MFAUsed: 'No'}\noffice: {sourceIPAddress|cidr: [203.0.113.0/24, '2001:db8::/32']}\ncondition: in and not office",
    hits: [
      aws("signin", "ConsoleLogin", {
        sourceIPAddress: "198.51.100.7",
        responseElements: { ConsoleLogin: "Success" },
        additionalEventData: { MFAUsed: "No" },
      }),
    ],
    misses: [
      aws("signin", "ConsoleLogin", {
        sourceIPAddress: "203.0.113.7",
        responseElements: { ConsoleLogin: "Success" },
        additionalEventData: { MFAUsed: "No" },
      }),
      aws("signin", "ConsoleLogin", {
        sourceIPAddress: "198.51.100.7",
        responseElements: { ConsoleLogin: "Success" },
        additionalEventData: { MFAUsed: "Yes" },
      }),
    ],
  },
  {
    name: "OneLogin: somebody acts as somebody else",
    slug: "onelogin",
    logsource: "{product: onelogin, service: onelogin.events}",
    detection: "s: {event_type_id: 3}\ncondition: s",
    hits: [{ id: 1, event_type_id: 3, user_name: "Mira Holt" }],
    misses: [{ id: 1, event_type_id: 5, user_name: "Mira Holt" }],
  },
  {
    name: "Entra: a sign-in that the policy blocked",
    slug: "azure",
    logsource: "{product: azure, service: signinlogs}",
    detection: "s: {ResultType: 53003}\ncondition: s",
    hits: [{ id: "s", appDisplayName: "Office", status: { errorCode: 53003 } }],
    misses: [
      { id: "s", appDisplayName: "Office", status: { errorCode: 0 } },
      { id: "a", activityDisplayName: "Add user", status: { errorCode: 53003 } },
    ],
  },
  {
    name: "Microsoft 365: a mailbox rule that forwards",
    slug: "office365",
    logsource: "{product: m365, service: audit}",
    detection:
      "s: {Operation: [New-InboxRule, Set-InboxRule], Parameters|contains: [ForwardTo, RedirectTo]}\ncondition: s",
    hits: [{ RecordType: 1, Operation: "New-InboxRule", Parameters: [{ Name: "ForwardTo", Value: "x@evil.test" }] }],
    misses: [{ RecordType: 1, Operation: "New-InboxRule", Parameters: [{ Name: "MoveToFolder", Value: "Later" }] }],
  },
];

test.each(cases)("$name", ({ slug, logsource, detection, hits, misses }) => {
  const rule = ruleOf(`title: A rule\nlogsource: ${logsource}\ndetection:\n  ${detection.split("\n").join("\n  ")}\n`);
  const answer = (raw: object, connector: string) => rule.matches(activity(raw, {}, connector));
  expect(hits.map((raw) => answer(raw, slug))).toEqual(hits.map(() => true));
  expect(misses.map((raw) => answer(raw, slug))).toEqual(misses.map(() => false));
  // The same event of another app is none of its business.
  expect(hits.map((raw) => answer(raw, "zoom"))).toEqual(hits.map(() => false));
});
