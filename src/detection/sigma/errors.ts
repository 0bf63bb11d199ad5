/** The rule is valid, but needs an unsupported feature: it is skipped, and the reason is reported. */
export class UnsupportedRule extends Error {}

/** The rule itself is broken: nothing of the file is imported. The message states what is wrong, not where. */
export class BrokenRule extends Error {}
