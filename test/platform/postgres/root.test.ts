import {
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { canEnter } from "#src/platform/postgres/account.ts";
import { assertOnlyRootWrites } from "#src/platform/postgres/place.ts";
import { copyCheckout, isRoot, isUp, open, startOpener, temporaryFolder } from "./support.ts";

const folder = temporaryFolder();
const ordinary = { uid: 65534, gid: 65534 };

describe.runIf(isRoot)("as root", () => {
  test("PostgreSQL runs as another account that exists already", async () => {
    const dataDirectory = join(folder, "plain");
    const database = await open(dataDirectory);
    expect(statSync(join(dataDirectory, "postgres")).uid).not.toBe(0);
    expect(lstatSync(join(dataDirectory, "postgres")).isDirectory()).toBe(true);
    await database.stop();
  });

  test("a checkout only root may enter works: cluster and binaries lie in a reachable folder of root's", async () => {
    const locked = join(folder, "locked away");
    mkdirSync(locked, { mode: 0o700 });
    expect(canEnter(ordinary, locked)).toBe(false);
    const checkout = copyCheckout(join(locked, "checkout"));
    const dataDirectory = join(checkout, ".gatehouse");
    const sharedFolder = join(folder, "shared");

    // At once, so that they race for the copy of the binaries, too.
    const other = join(locked, "other/.gatehouse");
    const openers = [dataDirectory, dataDirectory, other].map((path) => startOpener(path, { checkout, sharedFolder }));
    const opened = await Promise.all(openers.map((opener) => opener.opened));
    expect(opened.filter(({ owned }) => owned)).toHaveLength(2);
    expect(await isUp(opened[0] as { url: string })).toBe(true);

    const entry = join(dataDirectory, "postgres");
    expect(readlinkSync(entry)).toMatch(new RegExp(`^${sharedFolder}/clusters/[0-9a-f]{16}/postgres$`));
    const copies = readdirSync(sharedFolder).filter((name) => name.startsWith("postgresql-18."));
    expect(copies).toHaveLength(1);
    assertOnlyRootWrites(join(sharedFolder, copies[0] as string));
    for (const opener of openers) await opener.kill("SIGTERM");

    const again = startOpener(dataDirectory, { checkout, sharedFolder });
    expect((await again.opened).ms).toBeLessThan(5000);
    const { url } = await again.opened;
    await again.kill("SIGKILL");
    expect(await isUp({ url })).toBe(true);
    const heir = startOpener(dataDirectory, { checkout, sharedFolder });
    expect(await heir.opened).toMatchObject({ owned: true, url });
    await heir.waitFor(/taking it over/);
    await heir.kill("SIGTERM");
    expect(await isUp({ url })).toBe(false);
    expect(realpathSync(entry)).toBe(readlinkSync(entry));
  }, 60_000);

  test("binaries lie with the data when only the checkout is out of reach", async () => {
    const locked = join(folder, "locked checkout");
    mkdirSync(locked, { mode: 0o700 });
    const checkout = copyCheckout(join(locked, "checkout"));
    const dataDirectory = join(folder, "reachable data");
    const opener = startOpener(dataDirectory, { checkout, sharedFolder: join(folder, "unused") });
    await opener.opened;
    expect(readdirSync(dataDirectory).filter((name) => name.startsWith("postgresql-18."))).toHaveLength(1);
    expect(readdirSync(folder)).not.toContain("unused");
    await opener.kill("SIGTERM");
  });

  test("paths that a shell would read otherwise are no place for binaries", async () => {
    const locked = join(folder, 'locked "$HOME" `x`');
    mkdirSync(locked, { mode: 0o700 });
    const checkout = copyCheckout(join(locked, "checkout"));
    const dataDirectory = join(folder, 'data "$HOME" `x`');
    const sharedFolder = join(folder, "shared for quotes");
    const opener = startOpener(dataDirectory, { checkout, sharedFolder });
    await opener.opened;
    expect(readdirSync(sharedFolder)).toEqual([expect.stringMatching(/^postgresql-18\./)]);
    expect(lstatSync(join(dataDirectory, "postgres")).isDirectory()).toBe(true);
    await opener.kill("SIGTERM");
  });

  test("killed before its linked cluster was complete, the next start completes it", async () => {
    const locked = join(folder, "locked unfinished");
    mkdirSync(locked, { mode: 0o700 });
    const dataDirectory = join(locked, ".gatehouse");
    const sharedFolder = join(folder, "shared unfinished");
    for (const afterMs of [0, 30, 300]) {
      const opener = startOpener(dataDirectory, { sharedFolder });
      await opener.waitFor(/Making a new database/);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await opener.kill("SIGKILL");
      if (existsSync(join(dataDirectory, "postgres"))) break;
    }
    const heir = startOpener(dataDirectory, { sharedFolder });
    expect(await heir.opened).toMatchObject({ owned: true });
    expect(readdirSync(join(sharedFolder, "clusters"))).toHaveLength(1);
    await heir.kill("SIGTERM");
  });

  test("a shared folder that somebody else could write to is refused", async () => {
    const locked = join(folder, "locked planted");
    mkdirSync(locked, { mode: 0o700 });
    const checkout = copyCheckout(join(locked, "checkout"));
    const sharedFolder = join(folder, "planted");
    mkdirSync(sharedFolder);
    chownSync(sharedFolder, ordinary.uid, ordinary.gid);
    const opener = startOpener(join(checkout, ".gatehouse"), { checkout, sharedFolder });
    await expect(opener.opened).rejects.toThrow(/must be a folder that belongs to root/);
    expect(readdirSync(sharedFolder)).toEqual([]);
  });

  test("root may run the data of an ordinary user, and that user may go on with it", async () => {
    const node = join(folder, "node");
    copyFileSync(process.execPath, node);
    const checkout = copyCheckout(join(folder, "checkout"));
    const home = join(folder, "home");
    mkdirSync(home);
    chownSync(home, ordinary.uid, ordinary.gid);
    const dataDirectory = join(home, ".gatehouse");

    const asUser = { checkout, account: ordinary, node };
    const first = startOpener(dataDirectory, asUser);
    const { url } = await first.opened;
    await first.kill("SIGTERM");

    const asRoot = await open(dataDirectory);
    expect(asRoot.url).toBe(url);
    expect(statSync(join(dataDirectory, "postgres")).uid).toBe(ordinary.uid);
    await asRoot.stop();

    const second = startOpener(dataDirectory, asUser);
    expect(await second.opened).toMatchObject({ owned: true });
    expect(await second.kill("SIGTERM")).toMatchObject({ code: 0 });

    const refused = startOpener(join(folder, "plain"), asUser);
    await expect(refused.opened).rejects.toThrow(/cannot be used by this user/);
  });
});
