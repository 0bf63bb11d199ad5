import type { Check } from "#src/connector-kit/contract/checks.ts";
import { named } from "./check.ts";
import { type ControlCheck, controlCheck } from "./secure-score.ts";

const meetings = "Microsoft Teams admin center → **Meetings** → **Meeting policies**";

/** Meetings of Microsoft Teams, by Secure Score: no application permission of Graph reads their policies. */
const controls: readonly ControlCheck[] = [
  {
    slug: "office365-meeting-anonymous-join",
    control: "meeting_restrictanonymousjoin_v1",
    title: "Let nobody join meetings without signing in",
    description: "A name that is typed in proves no identity.",
    remediation: `${meetings}: *Anonymous users can join a meeting* off.`,
    severity: "MEDIUM",
    maxPoints: 3,
    ...named({ cis: "8.5.1" }),
  },
  {
    slug: "office365-meeting-anonymous-start",
    control: "meeting_anonymousstartmeeting_v1",
    title: "Let nobody start meetings without signing in",
    description: "Who starts a meeting lets in the others.",
    remediation: `${meetings}: *Anonymous users and dial-in callers can start a meeting* off.`,
    severity: "MEDIUM",
    maxPoints: 4,
    ...named({ cis: "8.5.2", scuba: "MS.TEAMS.1.2v2" }),
  },
  {
    slug: "office365-meeting-lobby",
    control: "meeting_autoadmitusers_v1",
    title: "Let invited people alone past the lobby",
    description: "Links to meetings are passed on.",
    remediation: `${meetings}: *Who can bypass the lobby*: people who were invited, or people in my org.`,
    severity: "MEDIUM",
    maxPoints: 3,
    ...named({ cis: "8.5.3", scuba: "MS.TEAMS.1.3v1" }),
  },
  {
    slug: "office365-meeting-telephone",
    control: "meeting_pstnusersbypasslobby_v1",
    title: "Let callers wait in the lobby",
    description: "A telephone number proves nobody.",
    remediation: `${meetings}: *People dialing in can bypass the lobby* off.`,
    severity: "LOW",
    maxPoints: 2,
    ...named({ cis: "8.5.4", scuba: "MS.TEAMS.1.5v1" }),
  },
  {
    slug: "office365-meeting-presenters",
    control: "meeting_designatedpresenter_v1",
    title: "Let chosen people alone present",
    description: "Otherwise everybody in the meeting shows what they like.",
    remediation: `${meetings}: *Who can present*: organizers and co-organizers.`,
    severity: "LOW",
    maxPoints: 2,
    ...named({ cis: "8.5.6" }),
  },
  {
    slug: "office365-meeting-control",
    control: "meeting_externalrequestcontrol_v1",
    title: "Let people outside not take control of a screen",
    description: "With control of the screen they have control of the computer.",
    remediation: `${meetings}: *External participants can give or request control* off.`,
    severity: "MEDIUM",
    maxPoints: 3,
    ...named({ cis: "8.5.7", scuba: "MS.TEAMS.1.1v1" }),
  },
];

export const teamsChecks: readonly Check[] = controls.map(controlCheck);
