import { Failure } from "./failure.mjs";

/**
 * Walks a list of the API, a page at a time, so that a list of any length takes the memory of one page.
 * @param {{ call: (method: "GET", path: string, options: object) => Promise<any> }} client
 * @param {{ path: string, field: string, query: Record<string, string | undefined> }} list `field` is where the rows stand
 * @param {{ limit: number }} options may be Infinity
 * @returns {AsyncGenerator<any, boolean>} the rows; returns whether there are more
 */
export async function* walk(client, { path, field, query }, { limit }) {
  let cursor;
  let count = 0;
  do {
    const page = contentOf(await client.call("GET", path, { query: { ...query, cursor } }));
    for (const row of page[field]) {
      if (count === limit) return true;
      count += 1;
      yield row;
    }
    cursor = page.next_cursor ?? undefined;
    if (count === limit) return cursor !== undefined;
  } while (cursor !== undefined);
  return false;
}

/**
 * What an answer holds; a refusal ends the program with its sentence.
 * @param {any} answer
 */
export function contentOf(answer) {
  if (answer.ok) return answer.value;
  throw new Failure(answer.problem.detail ?? answer.problem.title ?? `HTTP ${answer.status}`);
}
