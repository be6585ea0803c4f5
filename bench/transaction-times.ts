import { Client } from "pg";

const query = (first: unknown): { text?: unknown; name?: unknown } =>
  typeof first === "object" && first !== null ? first : { text: first };

/** Milliseconds of each transaction of this process from here on, of those that have a statement that is named so. */
export function noteTransactions(named: RegExp): number[] {
  const noted: number[] = [];
  const begun = new WeakMap<object, { at: number; counts: boolean }>();
  const original = Client.prototype.query;
  Client.prototype.query = new Proxy(original, {
    apply: (target, session: object, args: unknown[]) => {
      const { text, name } = query(args[0]);
      if (text === "begin") begun.set(session, { at: performance.now(), counts: false });
      const open = begun.get(session);
      if (open !== undefined && typeof name === "string" && named.test(name)) open.counts = true;
      const answer: unknown = Reflect.apply(target, session, args);
      if (open?.counts && (text === "commit" || text === "rollback") && answer instanceof Promise)
        void answer.then(() => noted.push(performance.now() - open.at));
      return answer;
    },
  });
  return noted;
}
