import type { Check } from "#src/connector-kit/contract/checks.ts";
import { listOf, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { named, noneFound, settingCheck, some, unknown, verdict } from "./check.ts";
import { privilegedRoles } from "./roles.ts";

const collaboration =
  "Microsoft Entra admin center → **Identity** → **External Identities** → **External collaboration settings**";
const crossTenant =
  "Microsoft Entra admin center → **Identity** → **External Identities** → **Cross-tenant access settings** → **Default settings**";

/** Roles of guests, as the authorization policy names them. https://learn.microsoft.com/en-us/graph/api/resources/authorizationpolicy */
const memberRole = "a0b1b346-4d3e-4e8b-98f8-753987be4970";
const restrictedGuestRole = "2af84b1e-32c8-42b7-82bc-daa82404023b";

const usersBlocked = (direction: string) => (value: unknown) =>
  valueAt(value, `${direction}.usersAndGroups.accessType`) === "blocked";

const blockedAll = { usersAndGroups: { accessType: "blocked" } };
const allowedAll = { usersAndGroups: { accessType: "allowed" } };

/** People from outside: who may bring them in, and how far they come. */
export const guestChecks: readonly Check[] = [
  settingCheck({
    slug: "office365-guest-role",
    title: "Limit what guests see of the directory",
    description: "A guest with the access of a member lists everybody and every group.",
    remediation: `${collaboration}: guest user access limited, or restricted to their own objects.`,
    severity: "MEDIUM",
    maxPoints: 5,
    ...named({ cis: "5.1.6.2", scuba: "MS.AAD.8.1v1" }),
    key: "authorizationPolicy",
    field: "guestUserRoleId",
    passes: (value) => String(value).toLowerCase() !== memberRole,
    examples: { pass: restrictedGuestRole, fail: memberRole },
  }),
  settingCheck({
    slug: "office365-guest-invitations",
    title: "Let administrators and guest inviters alone invite",
    description: "Otherwise everybody, guests included, decides who else comes in.",
    remediation: `${collaboration}: *Guest invite settings*: only users assigned to specific admin roles.`,
    severity: "MEDIUM",
    maxPoints: 5,
    ...named({ cis: "5.1.6.3", scuba: "MS.AAD.8.2v1" }),
    key: "authorizationPolicy",
    field: "allowInvitesFrom",
    passes: (value) => value === "adminsAndGuestInviters" || value === "none",
    examples: { pass: "adminsAndGuestInviters", fail: "everyone" },
  }),
  {
    slug: "office365-guest-organisations",
    title: "Let guests of chosen organisations alone in",
    description:
      "With inbound collaboration blocked by default, guests come from the organisations that were added by name.",
    remediation: `${crossTenant} → *Inbound access* → *B2B collaboration*: block, and add the organisations under *Organizational settings*.`,
    severity: "MEDIUM",
    maxPoints: 4,
    ...named({
      cis: "5.1.6.1",
      scuba: "MS.AAD.8.3v1 (by cross-tenant access; the list of allowed domains is shown by no call)",
    }),
    needs: ["crossTenantAccess"],
    evaluate: (snapshot) => {
      const inbound = valueAt(snapshot.get("crossTenantAccess"), "b2bCollaborationInbound.usersAndGroups.accessType");
      if (textOf(inbound) === null) return unknown("Microsoft does not show the default of inbound collaboration.");
      return verdict(inbound === "blocked", { inbound });
    },
    examples: {
      pass: { crossTenantAccess: { b2bCollaborationInbound: blockedAll } },
      fail: { crossTenantAccess: { b2bCollaborationInbound: allowedAll } },
    },
  },
  {
    slug: "office365-direct-connect",
    title: "Connect directly with chosen organisations only",
    description:
      "People of other tenants then join shared channels without becoming guests here, so they are in no list.",
    remediation: `${crossTenant}: block *B2B direct connect* in both directions, and allow it for organisations by name.`,
    severity: "MEDIUM",
    maxPoints: 4,
    needs: ["crossTenantAccess"],
    evaluate: (snapshot) => {
      const settings = snapshot.get("crossTenantAccess");
      const open = ["b2bDirectConnectInbound", "b2bDirectConnectOutbound"].filter(
        (one) => !usersBlocked(one)(settings),
      );
      return verdict(open.length === 0, { open });
    },
    examples: {
      pass: { crossTenantAccess: { b2bDirectConnectInbound: blockedAll, b2bDirectConnectOutbound: blockedAll } },
      fail: { crossTenantAccess: { b2bDirectConnectInbound: allowedAll, b2bDirectConnectOutbound: blockedAll } },
    },
  },
  {
    slug: "office365-inbound-trust",
    title: "Trust the second factor of chosen organisations only",
    description:
      "By default every other tenant's word for multifactor authentication or for a managed device would count.",
    remediation: `${crossTenant} → *Inbound access* → *Trust settings*: trust nothing by default.`,
    severity: "LOW",
    maxPoints: 3,
    needs: ["crossTenantAccess"],
    evaluate: (snapshot) => {
      const trust = objectOf(valueAt(snapshot.get("crossTenantAccess"), "inboundTrust"));
      const trusted = Object.entries(trust).flatMap(([name, value]) => (value === true ? [name] : []));
      return verdict(trusted.length === 0, { trusted });
    },
    examples: {
      pass: { crossTenantAccess: { inboundTrust: { isMfaAccepted: false } } },
      fail: { crossTenantAccess: { inboundTrust: { isMfaAccepted: true } } },
    },
  },
  {
    slug: "office365-guest-group",
    title: "Keep a dynamic group of all guests",
    description: "Policies for guests then hold for each new one at once.",
    remediation:
      'Microsoft Entra admin center → **Groups**: a dynamic group with the rule (user.userType -eq "Guest").',
    severity: "LOW",
    maxPoints: 2,
    ...named({ cis: "5.1.3.1" }),
    needs: ["groups"],
    evaluate(snapshot) {
      const names = listOf(objectOf(snapshot.get("groups")).ofGuests);
      return verdict(names.length > 0, { groups: some(names) });
    },
    examples: { pass: { groups: { ofGuests: ["All guests"] } }, fail: { groups: { ofGuests: [] } } },
  },
  noneFound({
    slug: "office365-public-groups",
    title: "Keep no group public that need not be",
    description: "Everybody in the organisation may join a public group, and then reads its files, mail and plans.",
    remediation:
      "Microsoft 365 admin center → **Teams & groups** → **Active teams & groups**: set the groups named here to private.",
    severity: "MEDIUM",
    maxPoints: 4,
    ...named({ cis: "1.2.1" }),
    key: "groups",
    found: ({ public: names }) => listOf(names),
    examples: { pass: { public: [] }, fail: { public: ["Finance"] } },
  }),
  {
    slug: "office365-group-guests",
    title: "Decide who brings guests into groups",
    description: "Owners of groups add guests by themselves unless it is switched off.",
    remediation:
      "Microsoft 365 admin center → **Settings** → **Org settings** → **Microsoft 365 Groups**: owners may not add people from outside.",
    severity: "LOW",
    maxPoints: 2,
    needs: ["groupSettings"],
    evaluate(snapshot) {
      const { AllowToAddGuests: value = "True" } = objectOf(objectOf(snapshot.get("groupSettings"))["Group.Unified"]);
      return verdict(String(value).toLowerCase() !== "true", { AllowToAddGuests: value });
    },
    examples: {
      pass: { groupSettings: { "Group.Unified": { AllowToAddGuests: "False" } } },
      fail: { groupSettings: { "Group.Unified": { AllowToAddGuests: "True" } } },
    },
  },
  {
    slug: "office365-group-creation",
    title: "Let chosen people alone create groups and teams",
    description: "Each group brings a site, a mailbox and sharing of its own, and nobody's review.",
    remediation:
      "By Microsoft Graph: set `EnableGroupCreation` of the group settings to false, and name a group that may.",
    severity: "LOW",
    maxPoints: 2,
    needs: ["groupSettings"],
    evaluate(snapshot) {
      const { EnableGroupCreation: value = "True" } = objectOf(
        objectOf(snapshot.get("groupSettings"))["Group.Unified"],
      );
      return verdict(String(value).toLowerCase() !== "true", { EnableGroupCreation: value });
    },
    examples: {
      pass: { groupSettings: { "Group.Unified": { EnableGroupCreation: "false" } } },
      fail: { groupSettings: { "Group.Unified": { EnableGroupCreation: "true" } } },
    },
  },
  {
    slug: "office365-guest-administrators",
    title: "Give guests no administrator role",
    description: "Their accounts are run by another organisation, with its rules and its leavers.",
    remediation: "Microsoft Entra admin center → **Roles & admins**: remove the guests named here.",
    severity: "HIGH",
    maxPoints: 6,
    needs: ["administrators"],
    evaluate(snapshot) {
      const guests = listOf(snapshot.get("administrators"))
        .map(objectOf)
        .filter(({ userType }) => userType === "Guest");
      const names = guests.map(({ name, roles }) => ({
        name,
        roles: listOf(roles).map((id) => privilegedRoles[String(id)]),
      }));
      return verdict(names.length === 0, { guests: some(names) });
    },
    examples: {
      pass: { administrators: [{ id: "1", name: "root@fabrikam.example", userType: "Member", roles: [] }] },
      fail: { administrators: [{ id: "2", name: "partner@outside.example", userType: "Guest", roles: [] }] },
    },
  },
];
