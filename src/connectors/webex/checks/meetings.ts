import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import { type Json, listOf, objectOf, valueAt } from "#src/connector-kit/record.ts";

interface SiteCheck extends Omit<Check, "needs" | "evaluate" | "examples" | "benchmark"> {
  /** Paths of the options in the site's security options. */
  options: readonly string[];
  /** Gets the values in the same order; a check passes when every site does. */
  passes: (...values: unknown[]) => boolean;
  examples: { pass: Json; fail: Json };
}

/** Control Hub calls the page of a site's settings so. */
const where = "Control Hub → **Services** → **Meeting** → **Sites** → the site → **Settings** → *Security*";

function siteCheck({ options, passes, examples, ...facts }: SiteCheck): Check {
  const site = (securityOptions: Json) => ({ sites: [{ siteUrl: "acme.webex.test", securityOptions }] });
  return {
    ...facts,
    benchmark: "Cisco: Webex best practices for secure meetings",
    needs: ["sites"],
    evaluate(snapshot): CheckResult {
      const sites = listOf(snapshot.get("sites")).map(objectOf);
      if (sites.length === 0) return { result: "unknown", because: "No licence names a Webex site." };
      const read = sites.map(({ siteUrl, securityOptions }) => ({
        siteUrl,
        values: options.map((name) => valueAt(securityOptions, name)),
      }));
      const hidden = read.find(({ values }) => values.some((value) => value === undefined || value === null));
      if (hidden)
        return { result: "unknown", because: `Webex does not show ${options.join(", ")} of ${hidden.siteUrl}.` };
      const failing = read.filter(({ values }) => !passes(...values));
      const share = (read.length - failing.length) / read.length;
      const evidence = { sites: read.length, failing: failing.slice(0, 50) };
      return failing.length === 0 ? { result: "pass", evidence } : { result: "fail", share, evidence };
    },
    examples: { pass: site(examples.pass), fail: site(examples.fail) },
  };
}

const is = (wanted: boolean) => (value: unknown) => value === wanted;
const atLeast = (value: unknown, least: number) => typeof value === "number" && value >= least;

export const meetingChecks: readonly Check[] = [
  siteCheck({
    slug: "webex-site-sign-in",
    title: "Require signing in to join meetings",
    description: "Otherwise the link of a meeting is enough to join it, under any name.",
    remediation: `${where}: switch on *Require sign-in before site access*.`,
    severity: "MEDIUM",
    maxPoints: 5,
    options: ["requireLoginBeforeAccess"],
    passes: is(true),
    examples: { pass: { requireLoginBeforeAccess: true }, fail: { requireLoginBeforeAccess: false } },
  }),
  siteCheck({
    slug: "webex-join-before-host",
    title: "Let nobody join before the host",
    description: "Meetings that begin without their host are nobody's responsibility, and can be used by anybody.",
    remediation: `${where}: switch off *Attendees can join before host*.`,
    severity: "MEDIUM",
    maxPoints: 4,
    options: ["joinBeforeHost"],
    passes: is(false),
    examples: { pass: { joinBeforeHost: false }, fail: { joinBeforeHost: true } },
  }),
  siteCheck({
    slug: "webex-audio-before-host",
    title: "Connect no audio before the host",
    description: "Callers hear each other before the host has seen them.",
    remediation: `${where}: switch off *The first attendee can connect to audio before host*.`,
    severity: "LOW",
    maxPoints: 3,
    options: ["audioBeforeHost"],
    passes: is(false),
    examples: { pass: { audioBeforeHost: false }, fail: { audioBeforeHost: true } },
  }),
  siteCheck({
    slug: "webex-first-attendee-presenter",
    title: "Do not make the first attendee the presenter",
    description: "Otherwise the first attendee can share a screen with all others.",
    remediation: `${where}: switch off *First attendee to join will be the presenter*.`,
    severity: "LOW",
    maxPoints: 2,
    options: ["firstAttendeeAsPresenter"],
    passes: is(false),
    examples: { pass: { firstAttendeeAsPresenter: false }, fail: { firstAttendeeAsPresenter: true } },
  }),
  siteCheck({
    slug: "webex-unlisted-meetings",
    title: "List no meetings on the site",
    description: "Listed meetings show their subject and host to everybody who opens the site.",
    remediation: `${where}: switch on *All meetings must be unlisted*.`,
    severity: "MEDIUM",
    maxPoints: 4,
    options: ["unlistAllMeetings"],
    passes: is(true),
    examples: { pass: { unlistAllMeetings: true }, fail: { unlistAllMeetings: false } },
  }),
  siteCheck({
    slug: "webex-strong-passwords",
    title: "Require strong passwords of meetings",
    description: "At least eight characters, in both cases, with a digit and a special character.",
    remediation: `${where}: switch on *Require strong passwords for meetings*, with at least 8 characters, mixed case, a numeric and a special one.`,
    severity: "MEDIUM",
    maxPoints: 5,
    options: ["requireStrongPassword", "passwordCriteria"],
    passes: (required, criteria) => {
      const { mixedCase, minLength, minNumeric, minSpecial } = objectOf(criteria);
      const isLong = atLeast(minLength, 8);
      return required === true && mixedCase === true && isLong && atLeast(minNumeric, 1) && atLeast(minSpecial, 1);
    },
    examples: {
      pass: {
        requireStrongPassword: true,
        passwordCriteria: { mixedCase: true, minLength: 10, minNumeric: 1, minSpecial: 1 },
      },
      fail: {
        requireStrongPassword: true,
        passwordCriteria: { mixedCase: true, minLength: 6, minNumeric: 1, minSpecial: 1 },
      },
    },
  }),
  siteCheck({
    slug: "webex-guessable-passwords",
    title: "Forbid passwords that are easily guessed",
    description: "Names of the site, the host or the meeting, and words of a list, are tried first.",
    remediation: `${where}: under *Password criteria* disallow dynamic web page text and the values of a list.`,
    severity: "LOW",
    maxPoints: 2,
    options: ["passwordCriteria.disallowDynamicWebText", "passwordCriteria.disallowList"],
    passes: (text, list) => text === true && list === true,
    examples: {
      pass: { passwordCriteria: { disallowDynamicWebText: true, disallowList: true } },
      fail: { passwordCriteria: { disallowDynamicWebText: true, disallowList: false } },
    },
  }),
  siteCheck({
    slug: "webex-mobile-screen-capture",
    title: "Forbid screen captures on mobile devices",
    description: "What is shown in a meeting leaves it unnoticed as a picture.",
    remediation: `${where}: switch off *Allow screen capture* of mobile apps.`,
    severity: "LOW",
    maxPoints: 2,
    options: ["allowMobileScreenCapture"],
    passes: is(false),
    examples: { pass: { allowMobileScreenCapture: false }, fail: { allowMobileScreenCapture: true } },
  }),
];
