/** GraphQL over HTTP, as any client. Throws the first error or user error of an answer. */
export type Ask = (query: string, variables?: object) => Promise<Record<string, Record<string, unknown>>>;

export function asker(url: string, token: string): Ask {
  return async (query, variables) => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as {
      data?: Record<string, { userErrors?: { message: string }[] }>;
      errors?: { message: string }[];
    };
    const problem = errors?.[0] ?? Object.values(data ?? {})[0]?.userErrors?.[0];
    if (problem) throw new Error(problem.message);
    return data as Record<string, Record<string, unknown>>;
  };
}
