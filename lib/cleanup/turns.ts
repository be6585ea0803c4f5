/** Work that waits for the work before it, whatever came of that. */
export function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}

/** Work that is done beside other work that is `shared`, and work that is done when nothing else is. */
export function alongside() {
  const going = new Set<Promise<unknown>>();
  let lone: Promise<unknown> = Promise.resolve();
  const shared = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let waited: unknown = null; waited !== lone; ) {
      waited = lone;
      await waited;
    }
    const doing = work();
    going.add(doing);
    return doing.finally(() => going.delete(doing));
  };
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = lone.then(() => Promise.allSettled(going)).then(work);
    lone = turn.catch(() => {});
    return turn;
  };
  return { shared, alone };
}
