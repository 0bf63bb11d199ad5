import { objectOf, textOf } from "#src/connector-kit/record.ts";
import { type Refusal, refusals, type Stated } from "#src/connector-kit/refusals.ts";

/** What Graph, Azure Resource Manager and the Management Activity API state alike: `{ error: { code, message } }`. */
function statedIn({ body }: { body: unknown }): Stated {
  const error = objectOf(objectOf(body).error);
  return { code: textOf(error.code), message: textOf(error.message) ?? "" };
}

/** Needs a licence that the tenant has not got; what is asked for is off, with the reason, and the rest goes on. */
const unlicensed: readonly Refusal[] = [
  {
    ...{ codes: ["Authentication_RequestFromNonPremiumTenantOrB2CTenant"], kind: "scope" },
    message: "The tenant has no licence of Microsoft Entra ID P1 or P2, which this needs.",
    scopes: () => ["Microsoft Entra ID P1 or P2"],
  },
  {
    ...{ words: /AadPremiumLicenseRequired|not licensed for this feature/i, kind: "scope" },
    message: "The tenant has no licence of Microsoft Entra ID P2 or Governance, which this needs.",
    scopes: () => ["Microsoft Entra ID P2"],
  },
];

/** Source: https://learn.microsoft.com/en-us/graph/errors */
const graph: readonly Refusal[] = [
  {
    ...{ status: 401, codes: ["InvalidAuthenticationToken", "CompactToken"], kind: "auth" },
    message: "Microsoft no longer accepts the credential: the application, its secret or its consent was removed.",
  },
  {
    ...{ status: 403, kind: "scope" },
    message: ({ message }) => `The application lacks a permission for this${quoted(message)}.`,
  },
  {
    ...{ status: 423, kind: "request" },
    message: ({ message }) => `What is to be changed is locked${quoted(message)}.`,
  },
  {
    ...{ status: 400, when: ({ code }) => code !== null, kind: "request" },
    message: ({ code, message }) => `Microsoft refuses the request (${code})${quoted(message)}.`,
  },
];

/** `mapError` of an app; `own` comes first. */
export function microsoftErrors(own: readonly Refusal[] = []): ReturnType<typeof refusals> {
  return refusals(statedIn, [...own, ...unlicensed, ...graph]);
}

/** Its first sentence. */
function quoted(message: string): string {
  const [sentence = ""] = message.split(/[\r\n]|\.\s/);
  return sentence ? `: ${sentence.replace(/\.$/, "").slice(0, 200)}` : "";
}
