import { z } from "zod";
import { InvalidInputError } from "#src/errors.ts";
import { isMailAddress } from "#src/platform/text.ts";
import { isNotification } from "./action-kinds.ts";

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
});
export type NotificationParameters = z.infer<typeof notification>;

/** Parameters of an action, checked; `field` is where they stand in the arguments. Those of an app's action the connector checks itself. */
export function checkParameters(
  kind: string,
  parameters: Record<string, unknown> | null | undefined,
  field = ["input", "parameters"],
): Record<string, unknown> {
  if (!isNotification(kind)) return parameters ?? {};
  const { success, data, error } = notification.strict().safeParse(parameters ?? {});
  if (!success) {
    const [issue] = error.issues;
    const where = ["parameters", ...(issue?.path ?? [])].join(".");
    throw new InvalidInputError(`${kind}: ${where}: ${issue?.message}.`, field);
  }
  if (kind === "NOTIFY_ADDRESSES" && data.addresses === undefined)
    throw new InvalidInputError('NOTIFY_ADDRESSES needs {"addresses": ["…"]}, at most 20.', field);
  if (kind === "NOTIFY_USER" && data.addresses !== undefined)
    throw new InvalidInputError("NOTIFY_USER writes to the account's own address; leave `addresses` out.", field);
  return { ...data, ...(data.addresses ? { addresses: [...new Set(data.addresses)] } : {}) };
}
