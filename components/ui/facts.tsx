import type { ReactNode } from "react";

type Fact = { term: string; value: ReactNode; note?: ReactNode };

/** A few figures side by side, each under its name. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-4 wide:grid-cols-[repeat(auto-fit,minmax(8.5rem,1fr))]">
      {facts.map((fact) => (
        <div key={fact.term}>
          <dt className="text-sm text-muted">{fact.term}</dt>
          <dd className="mt-0.5 text-lg font-medium">
            {fact.value}
            {fact.note ? <span className="block text-sm font-normal text-muted">{fact.note}</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Everything known of one thing: a name and a value a line. */
export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="divide-y divide-line">
      {facts.map((fact) => (
        <div
          key={fact.term}
          className="grid gap-x-6 gap-y-0.5 px-4 py-2.5 wide:grid-cols-[11rem_minmax(0,1fr)] wide:px-[18px]"
        >
          <dt className="text-muted">{fact.term}</dt>
          <dd className="min-w-0">
            {fact.value}
            {fact.note ? <span className="block text-sm text-muted">{fact.note}</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}
