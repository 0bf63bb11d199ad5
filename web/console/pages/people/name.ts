interface Named {
  displayName: string | null;
  email: string | null;
  login: string | null;
  externalId: string;
}

export function nameOf({ displayName, email, login, externalId }: Named): string {
  return displayName ?? email ?? login ?? externalId;
}
