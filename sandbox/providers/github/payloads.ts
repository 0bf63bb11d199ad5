import { type GithubPeople, simpleUser } from "./people.ts";
import type { Repos } from "./repos.ts";
import { organization } from "./settings.ts";

interface Parts {
  org: { login: string; id: number };
  people: GithubPeople;
  repos: Repos;
}

/** What a webhook carries about an audit entry, beside its action. https://docs.github.com/en/webhooks/webhook-events-and-payloads */
export function payloadOf(
  { org, people, repos }: Parts,
  entry: Record<string, unknown>,
  event: string,
  now: number,
): Record<string, unknown> {
  const user = simpleUser({ login: String(entry.user ?? ""), id: Number(entry.user_id ?? 0) });
  const team = String(entry.team ?? "").split("/")[1];
  const repo = repos.find(String(entry.repo ?? "").split("/")[1] ?? "");
  const url = `https://api.github.com/orgs/${org.login}`;
  const state = entry.action === "org.invite_member" ? "pending" : "active";
  const membership = { url: `${url}/memberships/${user.login}`, state, role: "member", organization_url: url, user };
  const subjects: Record<string, Record<string, unknown>> = {
    organization: { membership },
    membership: { scope: "team", team: { name: team, slug: team }, member: user },
    team: { team: { name: team, slug: team } },
    member: { member: user },
    org_block: { blocked_user: user },
    installation: { installation: { app_slug: entry.integration, account: simpleUser(org, "Organization") } },
    push: { ref: "refs/heads/main", commits: [], pusher: { name: entry.actor } },
  };
  const login = String(entry.actor);
  return {
    ...subjects[event],
    ...(repo && event !== "organization" && { repository: repos.record(repo, org, now) }),
    organization: organization(org),
    sender: simpleUser(people.find(login) ?? { login, id: 41_898_282 }),
  };
}
