/** An app's part in `gatehouse demo`: its tenant of the demo's organisation, as the sandbox makes it. */
export interface DemoTenant {
  /** True for the apps that `gatehouse demo` connects when it is not asked for others. Default false. */
  byDefault?: boolean;
  /** Name of the instance. */
  title: string;
  users: number;
  /** Events before connecting. 0 for an app without a log to read. */
  events: number;
  /** New events a second, once connected. */
  eventsPerSecond: number;
  /**
   * Settings of connectInstance, from the credentials that the sandbox made for the tenant. They decide how it is connected: where they ask for
   * a consent in the browser, the demo gives it.
   */
  settings: (credentials: Readonly<Record<string, string>>) => Record<string, string | undefined>;
  /** The failed sign-in, in the sandbox's words, by which the demo's attacker guesses passwords here. Absent: this app is left alone. */
  failedSignIn?: { type: string; outcome?: "failure" };
}
