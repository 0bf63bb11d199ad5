import { type ByteBudget, createByteBudget } from "./budget.ts";
import { type Connections, createConnections } from "./connections.ts";

const MIB = 1024 * 1024;

/** Of all sockets; further ones are closed as they come. */
export const maxConnections = 16_000;

/** How much of the process a stranger, and a viewer, may hold at once. */
export interface Admission {
  connections: Connections;
  /** Bodies from addresses on whose requests nobody is authenticated yet: webhooks, the sign-in form. */
  strangersBodies: ByteBudget;
  /** Bodies of viewers, until they are answered: what is parsed from one may take thirty times its bytes. */
  viewersBodies: ByteBudget;
  /** Large answers, until their readers have taken them. */
  answers: ByteBudget;
}

export function createAdmission(): Admission {
  return {
    connections: createConnections({ newcomers: 4_000, newcomersPerAddress: 1_000, perViewer: 2_000 }),
    strangersBodies: createByteBudget({ total: 48 * MIB, each: 16 * MIB, what: "bodies from this address" }),
    viewersBodies: createByteBudget({ total: 32 * MIB, each: 8 * MIB, what: "your requests' bodies" }),
    answers: createByteBudget({ total: 192 * MIB, each: 48 * MIB, what: "answers that you have not read yet" }),
  };
}
