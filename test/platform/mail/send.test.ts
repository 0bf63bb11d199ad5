import { describe, expect, it } from "vitest";
import { renderMail } from "#src/platform/mail/render.ts";
import { defaultSender, type Mail, sendMail } from "#src/platform/mail/send.ts";
import { startMailServer } from "../../support/smtp.ts";

const publicUrl = "https://gatehouse.example";
const from = "Gatehouse <gatehouse@acme.example>";
const mail: Mail = { to: "ada@acme.example", subject: "Hello", text: "Text\n", key: "one" };

const send = (url: string, change: Partial<Mail> = {}) =>
  sendMail({ mail: { url, from }, publicUrl }, { ...mail, ...change });

describe("mail", () => {
  it("arrives with text, HTML and the same Message-ID each time it is sent", async () => {
    const server = await startMailServer();
    await send(server.url, { html: "<p>Text</p>" });
    await send(server.url);
    await send(server.url, { key: "two" });
    const [one, two, other] = server.received.map(({ headers }) => headers["message-id"]);
    expect(one).toMatch(/^<[0-9a-f]{32}@acme\.example>$/);
    expect(two).toBe(one);
    expect(other).not.toBe(one);
    const [first] = server.received;
    expect(first).toMatchObject({ from: "gatehouse@acme.example", to: ["ada@acme.example"] });
    expect(first?.headers).toMatchObject({
      from: "Gatehouse <gatehouse@acme.example>",
      to: "ada@acme.example",
      subject: "Hello",
      "auto-submitted": "auto-generated",
    });
    expect(first?.source).toMatch(/text\/plain.+Text.+text\/html.+<p>Text<\/p>/s);
  });

  it("lets nothing from a subject or an address become a header or a second recipient", async () => {
    const server = await startMailServer();
    await send(server.url, { subject: "Hello\r\nBcc: eve@evil.example\r\n\r\nBody\u2028end" });
    expect(server.received[0]?.to).toEqual(["ada@acme.example"]);
    expect(server.received[0]?.headers.bcc).toBeUndefined();
    expect(server.received[0]?.headers.subject).toBe("Hello Bcc: eve@evil.example Body end");
    for (const to of [
      "ada@acme.example\r\nBcc: eve@evil.example",
      "ada@acme.example, eve@evil.example",
      '"eve@evil.example x"@acme.example',
      "Ada <ada@acme.example>",
      "ada",
      "ada@",
      "",
      `${"a".repeat(65)}@acme.example`,
    ])
      await expect(send(server.url, { to }), to).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    expect(server.received).toHaveLength(1);
  });

  it("says which errors pass by themselves and which do not", async () => {
    const server = await startMailServer();
    server.refuse = () => ({ code: 451, message: "greylisted, come back" });
    await expect(send(server.url)).rejects.toMatchObject({
      code: "MAIL_UNAVAILABLE",
      message: expect.stringContaining("greylisted"),
    });
    server.refuse = () => ({ code: 550, message: "no such mailbox" });
    await expect(send(server.url)).rejects.toMatchObject({
      code: "MAIL_REFUSED",
      message: expect.stringContaining("no such mailbox"),
    });
    await server.stop();
    await expect(send(server.url)).rejects.toMatchObject({ code: "MAIL_UNAVAILABLE" });
    await expect(sendMail({ mail: null, publicUrl }, mail)).rejects.toMatchObject({
      code: "MAIL_NOT_CONFIGURED",
      message: expect.stringContaining("SMTP_URL"),
    });
  });

  it("signs in where the URL has a password, and says a wrong one is refused", async () => {
    const server = await startMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _, done) =>
        username === "gate@acme" && password === "p:ss/word"
          ? done(null, { user: username })
          : done(Object.assign(new Error("wrong password"), { responseCode: 535 })),
    });
    const signIn = (password: string) =>
      server.url.replace("//", `//${encodeURIComponent("gate@acme")}:${encodeURIComponent(password)}@`);
    await send(signIn("p:ss/word"));
    expect(server.received).toHaveLength(1);
    const refused = await send(signIn("secret-but-wrong")).catch((error: Error) => error);
    expect(refused).toMatchObject({ code: "MAIL_REFUSED" });
    expect((refused as Error).message).not.toContain("secret-but-wrong");
  });

  it("sends no password to another machine without TLS", async () => {
    const signedIn: (string | undefined)[] = [];
    const server = await startMailServer(
      {
        authOptional: false,
        allowInsecureAuth: true,
        onAuth: ({ username }, _, done) => {
          signedIn.push(username);
          done(null, { user: username ?? "" });
        },
      },
      { host: "127.0.0.2" },
    );
    const url = server.url.replace("//", "//gate:secret@");
    await expect(send(url)).rejects.toMatchObject({ code: "MAIL_REFUSED" });
    expect(signedIn).toEqual([]);
    await send(`${url}?requireTLS=false`);
    expect(signedIn).toEqual(["gate"]);
  });

  it("shows content as text, never as markup", () => {
    const { subject, text, html } = renderMail({
      subject: "Alert\nBcc: x@y.example",
      message: "<script>alert(1)</script>\r\n\r\nSecond & last\nline",
      facts: [
        ["Account", '"><img src=x>'],
        ["Policy", "Many\nfailures"],
      ],
      footer: "Sent by Gatehouse.",
    });
    expect(subject).toBe("Alert Bcc: x@y.example");
    expect(text).toBe(
      '<script>alert(1)</script>\n\nSecond & last\nline\n\nAccount: "><img src=x>\nPolicy: Many failures\n\n-- \nSent by Gatehouse.\n',
    );
    expect(html).not.toMatch(/<script|<img/);
    expect(html).toContain("Second &#38; last<br>line");
  });

  it("writes from the host people know unless told otherwise", () => {
    expect(defaultSender("https://gatehouse.acme.example")).toBe("Gatehouse <gatehouse@gatehouse.acme.example>");
    expect(defaultSender("http://127.0.0.1:4000")).toBe("Gatehouse <gatehouse@localhost>");
    expect(defaultSender("http://[::1]:4000")).toBe("Gatehouse <gatehouse@localhost>");
  });
});
