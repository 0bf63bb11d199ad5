import type { Drive, Item } from "../../kit/drive.ts";
import type { Share } from "../../kit/drive-layout.ts";
import type { TenantOptions } from "../../provider.ts";
import { timeOf } from "./answers.ts";
import { salesforceIds } from "./ids.ts";
import type { SalesforcePeople } from "./people.ts";
import type { Row } from "./soql.ts";

/** Made shares count from here. */
const firstMade = 10_000_000;

/** Files of the org: the files of a drive, without its folders. Links to entities and public links are its shares. */
export class Files {
  readonly drive: Drive;
  readonly #people: SalesforcePeople;
  readonly #organization: string;
  readonly #ids;
  readonly #removed: { object: string; row: Row }[] = [];
  /** Of shares that were made, the item; and when each came. */
  readonly #made = new Map<number, number>();
  readonly #expiry = new Map<string, number | null>();
  readonly #changedAt = new Map<string, number>();
  readonly #createdAt: number;
  readonly #sizes = new Map<string, number>();
  /** Links to users and groups that no share of a drive stands for. */
  readonly #links = new Map<number, Row[]>();

  constructor(options: Required<TenantOptions>, drive: Drive, people: SalesforcePeople, organization: string) {
    this.drive = drive;
    this.#people = people;
    this.#organization = organization;
    this.#createdAt = options.createdAt;
    const of = (prefix: string) => salesforceIds(prefix, options.seed);
    this.#ids = { document: of("069"), version: of("068"), link: of("06A"), distribution: of("05D") };
  }

  idOf(number: number): string {
    return this.#ids.document.idOf(number);
  }

  find(id: string): Item | undefined {
    const number = this.#ids.document.indexOfId(id);
    const item = number === undefined ? undefined : this.drive.at(number);
    return item && !item.isFolder ? item : undefined;
  }

  ofVersion(id: string): Item | undefined {
    const index = this.#ids.version.indexOfId(id);
    return index === undefined ? undefined : this.find(this.idOf(Math.floor(index / 100)));
  }

  #items(): Item[] {
    return Array.from({ length: this.drive.count }, (_, number) => this.drive.at(number)).filter(
      (item) => item && !item.isFolder,
    ) as Item[];
  }

  documents(): Row[] {
    return this.#items().map((item) => this.#document(item));
  }

  #document(item: Item): Row {
    const extension = item.name.split(".").at(-1) ?? "";
    const owner = item.owner;
    return {
      ...{ Id: this.idOf(item.number), Title: item.name.replace(/\.\w+$/, ""), FileType: extension.toUpperCase() },
      ...{
        FileExtension: extension,
        ContentSize: this.#sizeOf(item),
        OwnerId: this.#people.idOf(owner),
      },
      Owner: {
        ...{ Name: this.#people.person(owner).name, Username: this.#people.emailOf(owner) },
        ...{ Email: this.#people.emailOf(owner), UserType: "Standard" },
      },
      ...{ ParentId: null, SharingOption: "A", IsArchived: false, IsDeleted: item.trashedAt !== null },
      LatestPublishedVersionId: this.#ids.version.idOf(item.number * 100 + item.version),
      ...{ CreatedDate: timeOf(item.createdAt), ContentModifiedDate: timeOf(item.modifiedAt) },
      LastModifiedById: this.#people.idOf(item.modifiedBy),
      SystemModstamp: timeOf(
        Math.max(item.modifiedAt, item.trashedAt ?? 0, this.#changedAt.get(`i${item.number}`) ?? 0),
      ),
    };
  }

  #sizeOf({ number, version }: Item): number {
    const key = `${number} ${version}`;
    const size = this.#sizes.get(key) ?? this.drive.contentOf(number).length;
    this.#sizes.set(key, size);
    return size;
  }

  /** Links of files that are not in the recycle bin, the owner's own included. */
  links(): Row[] {
    return this.#items()
      .filter(({ trashedAt }) => trashedAt === null)
      .flatMap((item) => [
        this.#link(item, 0, this.#people.idOf(item.owner), "I", "AllUsers"),
        ...this.#shares(item)
          .filter(({ kind }) => kind !== "anyone")
          .map((share) => this.#ofShare(item, share)),
        ...(this.#links.get(item.number) ?? []),
      ]);
  }

  distributions(): Row[] {
    return this.#items()
      .filter(({ trashedAt }) => trashedAt === null)
      .flatMap((item) =>
        this.#shares(item)
          .filter(({ kind }) => kind === "anyone")
          .map((share) => this.#distribution(item, share)),
      );
  }

  removed(object: string): Row[] {
    return this.#removed.filter((one) => one.object === object).map(({ row }) => row);
  }

  #shares(item: Item): Share[] {
    return this.drive.sharesOf(item.number);
  }

  #numberOf(item: Item, { id }: Share): number {
    return id.startsWith("s") ? item.number * 2 + 1 : firstMade + Number(id.slice(1));
  }

  #link(item: Item, number: number, LinkedEntityId: string, ShareType: string, Visibility: string): Row {
    const id = number === 0 ? item.number * 2 : number;
    return {
      ...{
        Id: this.#ids.link.idOf(id),
        ContentDocumentId: this.idOf(item.number),
        LinkedEntityId,
        ShareType,
        Visibility,
      },
      ...{ IsDeleted: false, SystemModstamp: timeOf(this.#changedAt.get(`l${id}`) ?? this.#createdAt) },
    };
  }

  #ofShare(item: Item, share: Share): Row {
    const entity =
      share.kind === "company" ? this.#organization : (this.#people.partnerId(share.who ?? "") ?? share.who ?? "");
    const visibility = share.kind === "company" ? "InternalUsers" : "AllUsers";
    return this.#link(item, this.#numberOf(item, share), entity, share.role === "write" ? "C" : "V", visibility);
  }

  #distribution(item: Item, share: Share): Row {
    const number = this.#numberOf(item, share);
    const expiresAt = this.#expiry.get(share.id) ?? share.expiresAt ?? null;
    return {
      ...{
        Id: this.#ids.distribution.idOf(number),
        Name: `Link ${item.name}`,
        ContentDocumentId: this.idOf(item.number),
      },
      ContentVersionId: this.#ids.version.idOf(item.number * 100 + item.version),
      DistributionPublicUrl: `https://files.example/sfc/p/${number.toString(36)}`,
      ...{ ExpiryDate: expiresAt === null ? null : timeOf(expiresAt), PreferencesExpires: expiresAt !== null },
      ...{ PreferencesPasswordRequired: share.password ?? false, PreferencesAllowOriginalDownload: true },
      ...{ OwnerId: this.#people.idOf(item.owner), ViewCount: 3, IsDeleted: false },
      SystemModstamp: timeOf(this.#changedAt.get(`d${number}`) ?? this.#createdAt),
    };
  }

  /** Deletes a record of one of the three objects; false when there is none. */
  delete(object: string, id: string, now: number): boolean {
    if (object === "ContentDocument") {
      const item = this.find(id);
      if (!item || item.trashedAt !== null) return false;
      this.drive.trash(item.number, item.owner, now);
      return true;
    }
    const row = (object === "ContentDocumentLink" ? this.links() : this.distributions()).find((one) => one.Id === id);
    const item = row && this.find(String(row.ContentDocumentId));
    if (!row || !item) return false;
    this.#removed.push({ object, row: { ...row, IsDeleted: true, SystemModstamp: timeOf(now) } });
    const own = this.#links.get(item.number) ?? [];
    if (own.includes(row))
      this.#links.set(
        item.number,
        own.filter((one) => one !== row),
      );
    const share = this.#shares(item).find((one) => this.#idOfShare(item, one, object) === id);
    if (share) this.drive.unshare(item.number, share.id, item.owner, now);
    return true;
  }

  #idOfShare(item: Item, share: Share, object: string): string {
    return this.#ids[object === "ContentDocumentLink" ? "link" : "distribution"].idOf(this.#numberOf(item, share));
  }

  give(id: string, owner: number, now: number): void {
    const item = this.find(id);
    if (!item || item.parent === null) return;
    this.drive.move(item.number, item.parent, owner, now, owner);
    this.#changedAt.set(`i${item.number}`, now);
  }

  /** False for a file that is not there. */
  addLink(body: Row, now: number): boolean {
    const item = this.find(String(body.ContentDocumentId));
    if (!item) return false;
    const entity = String(body.LinkedEntityId);
    const email = this.#people.partnerEmail(entity);
    const role = body.ShareType === "C" ? "write" : "read";
    if (email !== undefined || entity === this.#organization) {
      const share = this.drive.share(
        item.number,
        { kind: email ? "user" : "company", ...(email && { who: email }), role },
        item.owner,
        now,
      );
      this.#changedAt.set(`l${this.#numberOf(item, share)}`, now);
      return true;
    }
    const number = firstMade * 2 + this.#made.size;
    this.#made.set(number, item.number);
    this.#changedAt.set(`l${number}`, now);
    const link = this.#link(item, number, entity, String(body.ShareType), String(body.Visibility ?? "AllUsers"));
    this.#links.set(item.number, [...(this.#links.get(item.number) ?? []), link]);
    return true;
  }

  addDistribution(body: Row, now: number): boolean {
    const item = this.ofVersion(String(body.ContentVersionId));
    if (!item) return false;
    const expiresAt = typeof body.ExpiryDate === "string" ? Date.parse(body.ExpiryDate) : undefined;
    const share = this.drive.share(
      item.number,
      {
        ...{ kind: "anyone", role: "read", password: body.PreferencesPasswordRequired === true },
        ...(expiresAt !== undefined && { expiresAt }),
      },
      item.owner,
      now,
    );
    this.#changedAt.set(`d${this.#numberOf(item, share)}`, now);
    return true;
  }

  /** Sets when a public link ends. */
  expire(id: string, at: number | null, now: number): boolean {
    for (const item of this.#items()) {
      const share = this.#shares(item).find(
        (one) => one.kind === "anyone" && this.#idOfShare(item, one, "ContentDistribution") === id,
      );
      if (!share) continue;
      this.#expiry.set(share.id, at);
      this.#changedAt.set(`d${this.#numberOf(item, share)}`, now);
      return true;
    }
    return false;
  }
}
