import { ensure, ifThere } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { isObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { InvalidInputError } from "#src/errors.ts";
import { asUser, pathOf } from "./api.ts";
import { BoxItem } from "./item.ts";

/** Classifications are one metadata template of every enterprise. https://developer.box.com/reference/resources/classification/ */
const template = "enterprise/securityClassification-6VMVochwUWo";
const key = "Box__Security__Classification__Key";

/** As the reversal of removing one: the one of before. */
export const applyLabel: ActionFunction = (context, target) => {
  const label = textOf(target.parameters.label) ?? formerLabel(target);
  if (!label) throw new InvalidInputError("Name the classification as `label`.", ["input", "parameters"]);
  return setLabel(context, target, label);
};

/** As the reversal of applying one: the one that it replaced, if any. */
export const removeLabel: ActionFunction = (context, target) => setLabel(context, target, formerLabel(target));

function formerLabel({ parameters: { before } }: ActionTarget): string | null {
  return isObject(before) ? textOf(before.label) : null;
}

async function setLabel(context: Context, target: ActionTarget, label: string | null): Promise<ActionResult> {
  const { ref, owner } = new BoxItem(context, target);
  const url = `${pathOf(ref)}/metadata/${template}`;
  const headers = asUser(owner);
  const { http } = context;
  return await ensure({
    target,
    read: async () => ({ label: textOf(objectOf((await ifThere(() => http.get(url, { headers })))?.body)[key]) }),
    wanted: { label },
    write: async (before) => {
      if (label === null) await http.request({ method: "DELETE", url, headers });
      else if (before.label === null) await http.post(url, { headers, json: { [key]: label } });
      else {
        const json = [{ op: "replace", path: `/${key}`, value: label }];
        const patch = { ...headers, "content-type": "application/json-patch+json" };
        await http.request({ method: "PUT", url, headers: patch, json });
      }
    },
  });
}
