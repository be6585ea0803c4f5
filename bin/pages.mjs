import { Failure } from "./failure.mjs";

/**
 * Walks a list of the API, a page at a time, so that a list of any length takes the memory of one page.
 * @param {{ call: (method: "GET", path: string, options: object) => Promise<any> }} client
 * @param {{ path: string, field: string, query: Record<string, string | undefined> }} list `field` is where the rows stand
 * @param {{ limit: number, onPage?: (page: any) => void }} options `limit` may be Infinity
 * @returns {AsyncGenerator<any, boolean>} the rows; returns whether there are more
 */
export async function* walk(client, { path, field, query }, { limit, onPage = () => undefined }) {
  let cursor;
  let count = 0;
  do {
    const answer = await client.call("GET", path, { query: { ...query, cursor } });
    if (!answer.ok) throw new Failure(answer.problem.detail ?? answer.problem.title ?? `HTTP ${answer.status}`);
    onPage(answer.value);
    for (const row of answer.value[field]) {
      if (count === limit) return true;
      count += 1;
      yield row;
    }
    cursor = answer.value.next_cursor ?? undefined;
    if (count === limit) return cursor !== undefined;
  } while (cursor !== undefined);
  return false;
}
