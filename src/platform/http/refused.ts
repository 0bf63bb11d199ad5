import { ProviderRequestError } from "#src/errors.ts";

/** Our own rules forbid the call (host, scheme, address); nothing was sent. Repeating it changes nothing. */
export class OutboundRefusedError extends ProviderRequestError {}
