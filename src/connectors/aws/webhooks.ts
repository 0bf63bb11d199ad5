import type { StreamRef, Webhooks } from "#src/connector-kit/contract/webhooks.ts";
import { needObject, needText, readEach, textOf } from "#src/connector-kit/record.ts";
import { carriedBy, headerOf, jsonObjectOf, proveSecret } from "#src/connector-kit/webhook.ts";
import { toActivity } from "./map.ts";

/** Events after which buckets, or who has access to them, are others. */
const bucketEvents =
  /^(Create|Delete)Bucket|^(Put|Delete)(Bucket(Policy|Acl|PublicAccessBlock|OwnershipControls)|AccountPublicAccessBlock)/;

/**
 * An API destination of EventBridge, whose connection sends the secret as an API key: EventBridge signs nothing.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
 */
export const webhooks: Webhooks = {
  receive(request, { secret }) {
    proveSecret(headerOf(request, "x-api-key"), secret);
    const body = jsonObjectOf(request);
    const { activities, unreadable } = carriedBy(
      readEach([body], "", (event) => toActivity(needObject(event, "event").detail, "event.detail")),
    );
    const isOfBuckets = activities.some(({ eventType }) => bucketEvents.test(eventType));
    const refresh: StreamRef[] = isOfBuckets ? ["FILES"] : [];
    const id = textOf(body.id);
    return { activities, unreadable, refresh, ...(id === null ? {} : { deliveryId: needText(id, "id") }) };
  },
};
