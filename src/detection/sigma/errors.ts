/** The rule is sound, but asks for what we do not offer: it is left out, and the reason is said. */
export class UnsupportedRule extends Error {}

/** The rule itself is broken: nothing of the file is taken over. The message says what is wrong, not where. */
export class BrokenRule extends Error {}
