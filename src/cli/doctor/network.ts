import { createServer } from "node:net";
import type { Config } from "#src/config.ts";
import { verifyMail } from "#src/platform/mail/send.ts";
import { listeningUrl } from "#src/platform/text.ts";
import { isGatehouse } from "../port.ts";
import { type Finding, ok, problem, reasonOf, warning } from "./finding.ts";

const patienceMs = 5_000;

export async function checkPublicUrl({ publicUrl, host, port, production }: Config): Promise<Finding> {
  const about = "public address";
  if (publicUrl === null) {
    const text = `PUBLIC_URL is not set: providers and other people's browsers cannot reach http://${host}:${port}, so webhooks are not used`;
    return production ? warning(about, `${text}. Set it to the https address people open.`) : ok(about, text);
  }
  const { protocol, hostname } = new URL(publicUrl);
  if (["localhost", "127.0.0.1", "[::1]"].includes(hostname)) {
    return warning(
      about,
      `${publicUrl} is this machine only: providers send their webhooks there in vain. Set PUBLIC_URL to an address they reach, or unset it.`,
    );
  }
  if (protocol !== "https:")
    return warning(about, `${publicUrl} is not https: sign-in cookies and consent codes travel in the open.`);
  try {
    return (await isGatehouse(publicUrl))
      ? ok(about, `${publicUrl} answers`)
      : warning(
          about,
          `${publicUrl} is answered by something else, or does not pass /healthz on to Gatehouse. Look at the proxy.`,
        );
  } catch (error) {
    return warning(
      about,
      `${publicUrl} does not answer from here (${reasonOf(error)}). Right as long as Gatehouse is stopped; otherwise look at DNS and the proxy.`,
    );
  }
}

export async function checkPort({ host, port }: Config): Promise<Finding> {
  const about = "port";
  if (port === 0) return ok(about, "any free one");
  const where = `${host}:${port}`;
  const error = await tryToListen(host, port);
  if (error === null) return ok(about, `${where} is free`);
  if (error.code !== "EADDRINUSE")
    return problem(about, `cannot listen on ${where} (${reasonOf(error)}). Set HOST and PORT.`);
  const ours = await isGatehouse(listeningUrl({ host, port })).catch(() => false);
  return ours
    ? ok(about, `Gatehouse runs on ${where}`)
    : problem(about, `${where} is taken by another program. Set PORT to a free one.`);
}

export async function checkOidc(issuer: string): Promise<Finding> {
  const about = "OIDC";
  try {
    const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    const told = response.ok ? ((await response.json()) as { issuer?: unknown }).issuer : undefined;
    if (told === issuer) return ok(about, `${issuer} answers`);
    return problem(
      about,
      response.ok
        ? `${issuer} calls itself ${told}. Set OIDC_ISSUER to exactly that.`
        : `${url} answers ${response.status}. Check OIDC_ISSUER.`,
    );
  } catch (error) {
    return problem(
      about,
      `${issuer} does not answer (${reasonOf(error)}). Nobody can sign in with it; API tokens go on working.`,
    );
  }
}

export async function checkMail(url: string): Promise<Finding> {
  const about = "mail";
  try {
    await verifyMail(url);
    return ok(about, `${new URL(url).host} takes mail`);
  } catch (error) {
    return problem(about, `${(error as Error).message} Check SMTP_URL; until then nothing is mailed.`);
  }
}

export async function checkSandbox(url: string): Promise<Finding> {
  const about = "provider sandbox";
  try {
    await fetch(url, { signal: AbortSignal.timeout(patienceMs), redirect: "manual" });
    return warning(about, `PROVIDER_SANDBOX_URL is set: all provider calls go to ${url} instead. It answers.`);
  } catch (error) {
    return problem(
      about,
      `${url} does not answer (${reasonOf(error)}), and all provider calls go there. Start it, or unset PROVIDER_SANDBOX_URL.`,
    );
  }
}

function tryToListen(host: string, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
