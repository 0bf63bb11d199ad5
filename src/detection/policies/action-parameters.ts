import { z } from "zod";
import { InvalidInputError } from "#src/errors.ts";
import { readInstant } from "#src/platform/instant.ts";
import { isMailAddress } from "#src/platform/text.ts";
import { isDigest, isNotification } from "./action-kinds.ts";

const text = (maxLength: number) => z.string().trim().min(1).max(maxLength).optional();

const notification = z.object({
  /** Instead of the usual subject and first lines; the facts follow in any case. */
  subject: text(200),
  message: text(10_000),
  /** NOTIFY_ADDRESSES only. */
  addresses: z
    .array(z.string().trim().refine(isMailAddress, { error: "is not an e-mail address" }))
    .min(1)
    .max(20)
    .optional(),
  /** Mails to people of files only: for how long those of policies are collected. At most a week. */
  digestMinutes: z.number().int().min(0).max(10_080).optional(),
});
export type NotificationParameters = z.infer<typeof notification>;

type Check = (parameters: Record<string, unknown>, field: string[]) => void;

/** What actions on files need whatever the app; it may take more. */
const fileParameters: Readonly<Record<string, Check>> = {
  APPLY_LABEL: needLabel,
  REMOVE_LABEL: needLabel,
  REMOVE_COLLABORATOR: needPerson,
  TRANSFER_FILE_OWNERSHIP: needPerson,
  SET_SHARED_LINK_ACCESS: ({ audience }, field) => {
    if (!["PRIVATE", "INTERNAL", "EXTERNAL", "PUBLIC"].includes(audience as string))
      throw new InvalidInputError("Set `audience` to PRIVATE, INTERNAL, EXTERNAL or PUBLIC.", field);
  },
  EXPIRE_SHARED_LINK: ({ expiresAt }, field) => {
    if (expiresAt != null && (typeof expiresAt !== "string" || readInstant(expiresAt) === null))
      throw new InvalidInputError("`expiresAt` must be an instant, as in 2026-11-18T07:42:19Z.", field);
  },
};

function needLabel({ label }: Record<string, unknown>, field: string[]): void {
  if (typeof label !== "string" || label.trim() === "" || label.length > 200)
    throw new InvalidInputError('Name the label: {"label": "…"}.', field);
}

function needPerson({ email, externalId, userId }: Record<string, unknown>, field: string[]): void {
  if ([email, externalId, userId].every((one) => typeof one !== "string" || one.trim() === ""))
    throw new InvalidInputError("Name the person by `email` or `externalId`.", field);
}

/** Parameters of an action, checked; `field` is where they stand in the arguments. Those of an app's action the connector checks itself. */
export function checkParameters(
  kind: string,
  parameters: Record<string, unknown> | null | undefined,
  field = ["input", "parameters"],
): Record<string, unknown> {
  if (!isNotification(kind)) {
    fileParameters[kind]?.(parameters ?? {}, field);
    return parameters ?? {};
  }
  const { success, data, error } = notification.strict().safeParse(parameters ?? {});
  if (!success) {
    const [issue] = error.issues;
    const where = ["parameters", ...(issue?.path ?? [])].join(".");
    throw new InvalidInputError(`${kind}: ${where}: ${issue?.message}.`, field);
  }
  if (kind === "NOTIFY_ADDRESSES" && data.addresses === undefined)
    throw new InvalidInputError('NOTIFY_ADDRESSES needs {"addresses": ["…"]}, at most 20.', field);
  if (kind !== "NOTIFY_ADDRESSES" && data.addresses !== undefined)
    throw new InvalidInputError(`${kind} writes to the account's own address; leave \`addresses\` out.`, field);
  if (!isDigest(kind) && data.digestMinutes !== undefined)
    throw new InvalidInputError(`${kind} is not collected; leave \`digestMinutes\` out.`, field);
  return { ...data, ...(data.addresses ? { addresses: [...new Set(data.addresses)] } : {}) };
}
