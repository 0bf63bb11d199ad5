import { mix, pick } from "../../generator.ts";

const subjects =
  "web api mobile infra billing search docs design-system data-pipeline auth payments reports alerts catalog notebook edge sdk cli".split(
    " ",
  );
const languages = ["TypeScript", "Go", "Python", "Kotlin", "Swift", "HCL", "Rust", null];

export type Visibility = "public" | "private" | "internal";

export interface Repo {
  index: number;
  id: number;
  name: string;
  visibility: Visibility;
  archived: boolean;
  protected: boolean;
}

/** The organization's repositories; changes are kept beside the computed ones. */
export class Repos {
  readonly count: number;
  private readonly changed = new Map<number, Partial<Repo>>();
  private readonly seed: number;

  constructor(seed: number, users: number) {
    this.seed = seed;
    this.count = Math.min(5000, 12 + Math.ceil(users / 5));
  }

  at(index: number): Repo {
    const number = mix(this.seed, index, 111);
    const round = Math.floor(index / subjects.length);
    return {
      index,
      id: 700_000_000 + index,
      name: `${pick(subjects, index)}${round === 0 ? "" : `-${round + 1}`}`,
      visibility: number % 20 < 14 ? "private" : number % 20 < 17 ? "internal" : "public",
      archived: number % 23 === 0,
      protected: mix(this.seed, index, 112) % 10 < 7,
      ...this.changed.get(index),
    };
  }

  find(name: string): Repo | undefined {
    const [, subject = "", round = "1"] = /^(.+?)(?:-(\d+))?$/.exec(name) ?? [];
    const position = subjects.indexOf(subject);
    const index = position + (Number(round) - 1) * subjects.length;
    return position >= 0 && index < this.count ? this.at(index) : undefined;
  }

  change(index: number, change: Partial<Repo>): Repo {
    this.changed.set(index, { ...this.changed.get(index), ...change });
    return this.at(index);
  }

  list(test: (repo: Repo) => boolean): Repo[] {
    return Array.from({ length: this.count }, (_, index) => this.at(index)).filter(test);
  }

  pushedDaysAgo(repo: Repo): number {
    return mix(this.seed, repo.index, 113) % 90;
  }

  record(repo: Repo, owner: Record<string, unknown>, now: number): Record<string, unknown> {
    const fullName = `${owner.login as string}/${repo.name}`;
    const pushedAt = new Date(now - this.pushedDaysAgo(repo) * 86_400_000);
    return {
      id: repo.id,
      node_id: `R_kgDO${repo.id.toString(36)}`,
      name: repo.name,
      full_name: fullName,
      private: repo.visibility !== "public",
      owner,
      html_url: `https://github.com/${fullName}`,
      description: `The ${repo.name} of ${owner.login as string}`,
      fork: false,
      url: `https://api.github.com/repos/${fullName}`,
      created_at: "2023-03-01T09:00:00Z",
      updated_at: pushedAt.toISOString().replace(".000", ""),
      pushed_at: pushedAt.toISOString().replace(/\.\d+/, ""),
      size: 100 + (mix(this.seed, repo.index, 114) % 200_000),
      language: pick(languages, mix(this.seed, repo.index, 115)),
      archived: repo.archived,
      disabled: false,
      visibility: repo.visibility,
      default_branch: "main",
      open_issues_count: mix(this.seed, repo.index, 116) % 60,
      permissions: { admin: true, maintain: true, push: true, triage: true, pull: true },
    };
  }
}
