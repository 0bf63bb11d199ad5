import type { CollaboratorRow, CollaboratorFilter as Filter } from "#src/inventory/files/collaborator-list.ts";
import { builder } from "./builder.ts";
import { connectionOf } from "./connections.ts";
import { FileRole, PrincipalKind } from "./file-enums.ts";
import { GroupRef, UserRef } from "./refs.ts";

const FileCollaborator = builder.objectRef<CollaboratorRow>("FileCollaborator").implement({
  description: "A person, group or domain that has access to a file, or anybody.",
  fields: (t) => ({
    principal: t.expose("principal", { type: PrincipalKind, description: "Kind of the collaborator." }),
    user: t.field({
      type: UserRef,
      nullable: true,
      description: "The account. Null if the collaborator is not a known account of the instance.",
      resolve: ({ instanceId, principal, principalId }, _, context) =>
        principal !== "USER" || principalId === null
          ? null
          : context.load.user.load({ instanceId, externalId: principalId }),
    }),
    group: t.field({
      type: GroupRef,
      nullable: true,
      description: "The group. Null if the collaborator is not a known group of the instance.",
      resolve: ({ instanceId, principal, principalId }, _, context) =>
        principal !== "GROUP" || principalId === null
          ? null
          : context.load.group.load({ instanceId, externalId: principalId }),
    }),
    email: t.exposeString("email", {
      nullable: true,
      description: "E-mail address of the person or group. Null if it is not known.",
    }),
    domain: t.exposeString("domain", {
      nullable: true,
      description: "Domain of the e-mail address, or the domain that has access, in lower case. Null if there is none.",
    }),
    role: t.expose("role", { type: FileRole, description: "Rights of the collaborator on the file." }),
    external: t.exposeBoolean("external", {
      description:
        "True if the collaborator is outside of the organisation's domains. False as well if no domain of the organisation is known.",
    }),
    inherited: t.exposeBoolean("inherited", {
      nullable: true,
      description: "True if the access comes from a folder above. Null if the app does not state it.",
    }),
  }),
});

export const FileCollaboratorConnection = connectionOf("FileCollaborator", FileCollaborator);

export const CollaboratorFilter = builder.inputRef<Filter>("CollaboratorFilter").implement({
  description:
    "Selects collaborators of a file. All conditions must hold; a list holds if one of its values matches. A condition that is absent or null is not applied.",
  fields: (t) => ({
    principals: t.field({ type: [PrincipalKind], description: "Return only collaborators of these kinds." }),
    roles: t.field({ type: [FileRole], description: "Return only collaborators with one of these roles." }),
    external: t.boolean({
      description: "True returns only collaborators outside of the organisation, false only the others.",
    }),
    inherited: t.boolean({
      description:
        "True returns only access that comes from a folder above, false only access to the file itself. Where the app does not state it, neither matches.",
    }),
    domains: t.stringList({ description: "Return only collaborators of these e-mail domains." }),
  }),
});
