import { mix } from "../../generator.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import { fixedHeader, type Subscription, Webhooks } from "../../kit/webhooks.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { type Bucket, bucketsOf } from "./buckets.ts";
import { actorAt, type EventNote, eventIdAt, recordAt, timeOf, typeAt } from "./events.ts";
import { IamGroups, IamUsers, Roles } from "./iam.ts";
import { SessionKeys } from "./keys.ts";

/** One AWS account. */
export class AwsTenant extends KitTenant<EventNote> {
  readonly seed: number;
  readonly account: string;
  readonly users: IamUsers;
  readonly groups: IamGroups;
  readonly roles: Roles;
  readonly buckets: Bucket[];
  readonly keys: SessionKeys;
  readonly limiter = new Limiter(1000);
  readonly destinations: Webhooks<Subscription>;
  /** The external id in the trust policy; who sets the account up enters what Gatehouse shows, so that the first one that is asked with is it. */
  externalId: string | undefined;
  /** False: everybody who may assume the role may do so without an external id. */
  wantsExternalId = true;
  /** When a credential report was asked for; undefined: there is none. */
  reportAskedAt: number | undefined;
  /** Epoch ms from which a report that was asked for is there. */
  reportReadyAt = 0;

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<AwsTenant>>) {
    super(options, kit, changes);
    this.seed = this.options.seed;
    this.account = `1${String(mix(this.seed, 0, 701))
      .padStart(11, "0")
      .slice(-11)}`;
    this.users = new IamUsers(this.options, this.account);
    this.groups = new IamGroups(this.options, this.users);
    this.roles = new Roles(this.options, this.account);
    this.buckets = bucketsOf(this.options);
    this.keys = new SessionKeys(this.options);
    this.reportAskedAt = this.options.createdAt;
    this.destinations = new Webhooks<Subscription>(this, kit, {
      body: (_, number) => this.delivery(number),
      retryAfterMs: [50, 200],
    });
  }

  /** The people, as the changes of a directory know them. */
  get people(): IamUsers {
    return this.users;
  }

  /** What EventBridge sends: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
  delivery(number: number): Record<string, unknown> {
    const detail = this.record(number);
    const isSignIn = detail.eventType === "AwsConsoleSignIn";
    return {
      version: "0",
      id: String(detail.eventID).split("").reverse().join(""),
      "detail-type": isSignIn ? "AWS Console Sign In via CloudTrail" : "AWS API Call via CloudTrail",
      source: `aws.${String(detail.eventSource).split(".")[0]}`,
      account: this.account,
      time: detail.eventTime,
      region: detail.awsRegion,
      resources: [],
      detail,
    };
  }

  record(number: number): Record<string, unknown> {
    return recordAt(this, number, this.timeline.timeAt(number), this.timeline.noteAt(number));
  }

  event(number: number): SandboxEvent {
    const note = this.timeline.noteAt(number);
    return {
      id: eventIdAt(this, number),
      type: typeAt(this, number, note).name,
      at: timeOf(this.timeline.timeAt(number), note),
      actor: actorAt(this, number, note),
    };
  }

  userIds(offset: number, limit: number): string[] {
    return this.users.ids(offset, limit);
  }

  userCount(): number {
    return this.users.present;
  }

  addDestination(url: string, secret: string): void {
    this.destinations.add({ id: url, url, active: true, sign: fixedHeader("x-api-key", secret) });
  }

  credentials(): Record<string, string> {
    return {
      roleArn: `arn:aws:iam::${this.account}:role/Gatehouse`,
      accessKeyId: this.keys.userKeyId,
      secretAccessKey: this.keys.userSecret,
      region: "us-east-1",
    };
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    const index = actor === undefined ? undefined : this.users.find(actor);
    const name = type ?? (outcome === "success" ? "ConsoleLogin" : undefined);
    return {
      ...(name !== undefined && { type: name }),
      ...(index !== undefined && { actor: index }),
      ...(ip !== undefined && { ip }),
      ...(outcome !== undefined && { failure: outcome === "failure" }),
    };
  }
}
