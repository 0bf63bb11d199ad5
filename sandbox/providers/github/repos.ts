import { mix, pick } from "../../generator.ts";
import { iso } from "./answers.ts";
import { linksBelow, simpleUser } from "./people.ts";

const subjects =
  "web api mobile infra billing search docs design-system data-pipeline auth payments reports alerts catalog notebook edge sdk cli".split(
    " ",
  );
const languages = ["TypeScript", "Go", "Python", "Kotlin", "Swift", "HCL", "Rust", null];

/** Paths below the repository, most of them named as their field is. */
const paths: Record<string, string> = {
  ...Object.fromEntries(
    (
      "contributors deployments downloads events forks hooks languages merges stargazers subscribers subscription " +
      "tags teams"
    )
      .split(" ")
      .map((name) => [`${name}_url`, `/${name}`]),
  ),
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  statuses_url: "/statuses/{sha}",
  trees_url: "/git/trees{/sha}",
};

export interface Repo {
  index: number;
  id: number;
  name: string;
  visibility: "public" | "private" | "internal";
  archived: boolean;
  protected: boolean;
}

/** The organization's repositories, all computed. */
export class Repos {
  readonly count: number;
  readonly #seed: number;

  constructor(seed: number, users: number) {
    this.#seed = seed;
    this.count = Math.min(5000, 12 + Math.ceil(users / 5));
  }

  at(index: number): Repo {
    const number = mix(this.#seed, index, 111);
    const round = Math.floor(index / subjects.length);
    return {
      index,
      id: 700_000_000 + index,
      name: `${pick(subjects, index)}${round === 0 ? "" : `-${round + 1}`}`,
      visibility: number % 20 < 14 ? "private" : number % 20 < 17 ? "internal" : "public",
      archived: number % 23 === 0,
      protected: mix(this.#seed, index, 112) % 10 < 7,
    };
  }

  find(name: string): Repo | undefined {
    const [, subject = "", round = "1"] = /^(.+?)(?:-(\d+))?$/.exec(name) ?? [];
    const position = subjects.indexOf(subject);
    const index = position + (Number(round) - 1) * subjects.length;
    return position >= 0 && index < this.count ? this.at(index) : undefined;
  }

  /** In their order, or those pushed to last first. */
  list(sort: "full_name" | "pushed"): Repo[] {
    const repos = Array.from({ length: this.count }, (_, index) => this.at(index));
    return sort === "pushed" ? repos.sort((a, b) => this.#pushedDaysAgo(a) - this.#pushedDaysAgo(b)) : repos;
  }

  record(repo: Repo, org: { login: string; id: number }, now: number): Record<string, unknown> {
    const full_name = `${org.login}/${repo.name}`;
    const html_url = `https://github.com/${full_name}`;
    const url = `https://api.github.com/repos/${full_name}`;
    const pushed_at = iso(now - this.#pushedDaysAgo(repo) * 86_400_000);
    return {
      id: repo.id,
      node_id: `R_kgDO${repo.id.toString(36)}`,
      name: repo.name,
      full_name,
      private: repo.visibility !== "public",
      owner: simpleUser(org, "Organization"),
      description: `The ${repo.name} of ${org.login}`,
      fork: false,
      html_url,
      url,
      ...linksBelow(url, paths),
      ...{ created_at: "2023-03-01T09:00:00Z", updated_at: pushed_at, pushed_at },
      size: 100 + (mix(this.#seed, repo.index, 114) % 200_000),
      language: pick(languages, mix(this.#seed, repo.index, 115)),
      archived: repo.archived,
      disabled: false,
      visibility: repo.visibility,
      default_branch: "main",
      open_issues_count: mix(this.#seed, repo.index, 116) % 60,
      permissions: { admin: true, maintain: true, push: true, triage: true, pull: true },
    };
  }

  #pushedDaysAgo(repo: Repo): number {
    return mix(this.#seed, repo.index, 113) % 90;
  }
}
