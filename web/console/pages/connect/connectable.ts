import type { ConnectAppQuery } from "../../__generated__/connect.ts";

/** A connector with all that connecting takes. */
export type ConnectableApp = NonNullable<ConnectAppQuery["connector"]>;
