import { describe, expect, test, vi } from "vitest";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type { WebhookRegistration, WebhookRequest, WebhookResult } from "#src/connector-kit/contract/webhooks.ts";
import { WebhookRejectedError } from "#src/errors.ts";
import { type ReceiverAnswer, startReceiver } from "../../support/receiver.ts";
import { type Subject, subjects } from "./facts.ts";
import { activityOf, anybody, expectActors, expectCategories, expectSignIn, signInOf } from "./meaning.ts";
import { openStage } from "./stage.ts";

const stage = openStage();
const secret = "a long random secret";

describe.each(subjects.filter(({ connector }) => connector.webhooks))("$slug", (subject) => {
  const { register, unregister } = subject.connector.webhooks!;
  const facts = subject.facts.webhook!;

  let opened: ReturnType<typeof deliver> | undefined;
  /** What one event of the tenant brought; the same one for all tests. */
  const delivered = () => {
    opened ??= deliver();
    return opened;
  };

  async function deliver() {
    const tenant = await stage.tenant(subject);
    const live = await stage.connect(subject, tenant, facts.mode ? { mode: facts.mode } : {});
    const receiver = await Receiver.open(subject, live.settings);
    const hook = { url: receiver.url, secret };
    if (register) receiver.registration = await register(live.context, hook);
    else await facts.enter?.(tenant, hook);
    const [event] = await tenant.emit(facts.event);
    await receiver.more(0);
    const { request, result } = receiver.accepted.at(-1)!;
    return { tenant, live, receiver, hook, event: event!, request, result };
  }

  test("an event is accepted and brings what it says, mapped as everywhere", async () => {
    const { live, event, result, request } = await delivered();
    if (facts.brings === "refresh") return expect(result.refresh).not.toEqual([]);
    const brought = result.activities ?? [];
    expect(brought.map(({ occurredAt }) => occurredAt.getTime())).toContain(event.at);
    for (const { unmapped } of brought) expect(unmapped ?? false).toBe(false);
    const body: unknown = JSON.parse(request.body.toString());
    for (const archive of [body, [body]]) expect(live.connector.mapEvent?.(archive) ?? brought).toEqual(brought);
    if (!subject.facts.log.pulled) return;
    const { items } = await live.read("ACTIVITIES", { from: new Date(Date.now() - 60_000) });
    for (const activity of brought) expect(items).toContainEqual(activity);
  });

  const activitiesOf = (receiver: Receiver) => receiver.accepted.flatMap(({ result }) => result.activities ?? []);

  test("an event arrives with who did it, from where, when and with what outcome", async () => {
    if (facts.brings === "refresh") return;
    const { tenant, live, receiver } = await delivered();
    const user = anybody((await live.read("USERS")).items);
    for (const outcome of ["failure", "success"] as const) {
      const before = receiver.accepted.length;
      const [event] = await tenant.emit(signInOf(user, subject.facts.log.signIn, outcome));
      await receiver.more(before);
      expectSignIn(activityOf(event!, activitiesOf(receiver)), event!, user, outcome, subject.facts.log);
    }
  });

  test("where nothing is pulled, every kind of event is delivered", async () => {
    if (subject.facts.log.pulled) return;
    const { tenant, live, receiver } = await delivered();
    const { items: users } = await live.read("USERS");
    const before = activitiesOf(receiver).length;
    const events = await tenant.emit({ count: 100 });
    await vi.waitFor(() => expect(activitiesOf(receiver).length).toBe(before + events.length), { timeout: 10_000 });
    const activities = activitiesOf(receiver).slice(before);
    const missing = events.filter((event) => !activityOf(event, activities));
    expect(missing).toEqual([]);
    expectActors(
      events.map((event) => [event, activityOf(event, activities)!] as const),
      users,
      subject.facts.log,
    );
    expectCategories(subject.connector, activities);
  });

  test("a wrong, missing or foreign signature is refused", async () => {
    const { receiver, request } = await delivered();
    const { given, signedWith } = facts.inBody
      ? signatureInBody(request, facts.signature)
      : signatureInHeader(request, facts.signature);
    const flipped = given.slice(0, -1) + (given.endsWith("0") ? "1" : "0");
    for (const bad of [signedWith(undefined), signedWith(""), signedWith(flipped)])
      expect(() => receiver.receive(bad)).toThrow(WebhookRejectedError);
    if (!facts.coversBody) return;
    const body = Buffer.from(request.body);
    body[body.length - 2] = body[body.length - 2]! ^ 1;
    expect(() => receiver.receive({ ...request, body })).toThrow(WebhookRejectedError);
  });

  test("an old delivery is refused, or is known by its id like any replay", async () => {
    const { tenant, receiver, request, result } = await delivered();
    const idsOf = ({ deliveryId, activities = [] }: WebhookResult) => ({
      deliveryId,
      activities: activities.map(({ externalId }) => externalId),
    });
    const soon = new Date(Date.now() + 1000);
    expect(idsOf(receiver.receive(request, soon))).toEqual(idsOf(result));
    const later = new Date(Date.now() + ((facts.maxAgeSeconds ?? 86_400) + 60) * 1000);
    if (facts.maxAgeSeconds === null) expect(idsOf(receiver.receive(request, later))).toEqual(idsOf(result));
    else expect(() => receiver.receive(request, later)).toThrow(WebhookRejectedError);

    const before = receiver.accepted.length;
    await tenant.emit(facts.event);
    await receiver.more(before);
    // Where the same bytes may come for something new, nothing is a replay: it only asks for a look.
    if (result.deliveryId === null) return expect(result.activities ?? []).toEqual([]);
    expect(idsOf(receiver.accepted.at(-1)!.result)).not.toEqual(idsOf(result));
  });

  test("registering again changes nothing, and after unregistering nothing arrives", async () => {
    if (!register) return;
    const { tenant, live, receiver, hook } = await delivered();
    expect(await register(live.context, hook)).toEqual(receiver.registration);
    await unregister!(live.context, receiver.registration!);
    await unregister!(live.context, receiver.registration!);
    const seen = receiver.accepted.length;
    await tenant.emit(facts.event);
    await live.read("USERS");
    expect(receiver.accepted).toHaveLength(seen);
    expect(receiver.rejected).toEqual([]);
  });
});

interface Signed {
  given: string;
  /** The same delivery with another signature, or with none. */
  signedWith: (text: string | undefined) => WebhookRequest;
}

function signatureInHeader(request: WebhookRequest, name: string): Signed {
  const { [name]: given, ...unsigned } = request.headers;
  const signedWith = (text: string | undefined) => ({
    ...request,
    headers: { ...unsigned, ...(text === undefined ? {} : { [name]: text }) },
  });
  return { given: given!, signedWith };
}

function signatureInBody(request: WebhookRequest, place: string): Signed {
  const names = place.split(".");
  const last = names.pop()!;
  const parse = () => {
    const body = JSON.parse(request.body.toString()) as Record<string, unknown>;
    return { body, holder: names.reduce((inner, name) => inner[name] as Record<string, unknown>, body) };
  };
  const signedWith = (text: string | undefined) => {
    const { body, holder } = parse();
    if (text === undefined) delete holder[last];
    else holder[last] = text;
    return { ...request, body: Buffer.from(JSON.stringify(body)) };
  };
  return { given: String(parse().holder[last]), signedWith };
}

/** Our side of a webhook: judges what arrives as the server does, and keeps it. */
class Receiver {
  registration: WebhookRegistration | null = null;
  /** Deliveries; handshakes are answered and forgotten. */
  readonly accepted: { request: WebhookRequest; result: WebhookResult }[] = [];
  readonly rejected: unknown[] = [];
  url = "";
  readonly #subject: Subject;
  readonly #settings: Settings;

  private constructor(subject: Subject, settings: Settings) {
    this.#subject = subject;
    this.#settings = settings;
  }

  static async open(subject: Subject, settings: Settings): Promise<Receiver> {
    const receiver = new Receiver(subject, settings);
    const { url } = await startReceiver((request) => receiver.#answer(request));
    receiver.url = `${url}/webhooks/${subject.slug}/1`;
    return receiver;
  }

  receive(request: WebhookRequest, now = new Date()): WebhookResult {
    const { registration } = this;
    return this.#subject.connector.webhooks!.receive(request, { secret, settings: this.#settings, registration, now });
  }

  /** Waits for another delivery than the first `count`. */
  more(count: number): Promise<void> {
    return vi.waitFor(() => expect(this.accepted.length).toBeGreaterThan(count), { timeout: 10_000, interval: 10 });
  }

  #answer(request: WebhookRequest): ReceiverAnswer {
    try {
      const result = this.receive(request);
      if (result.activities?.length || result.refresh?.length) this.accepted.push({ request, result });
      return result.response ?? {};
    } catch (error) {
      this.rejected.push(error);
      return { status: 401 };
    }
  }
}
