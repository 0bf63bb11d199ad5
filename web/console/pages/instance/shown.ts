import type { InstancePageQuery } from "../../__generated__/instance.ts";

/** An instance with all that its page shows. */
export type ShownInstance = NonNullable<InstancePageQuery["instance"]>;
