import { Code } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Section } from "@/components/ui/section";
import { Tag } from "@/components/ui/tag";
import { visibleText } from "@/lib/certificates/rules";
import type { OrderState } from "@/lib/orders/rules";
import type { Authorization } from "@/lib/orders/schema";
import { isOpen } from "./order-words";

const LABELS: Record<Authorization["status"], string> = { pending: "Pending", valid: "Shown", invalid: "Refused" };
const TONES = { pending: "busy", valid: "good", invalid: "bad" } as const;

type AuthorizationListProps = { authorizations: readonly Authorization[]; state: OrderState };

/** How control of each name stands at the CA, and the TXT record that somebody has to set for it. */
export function AuthorizationList({ authorizations: seen, state }: AuthorizationListProps) {
  if (seen.length === 0) return null;
  // A CA that issued has seen them all, also where it was not asked about each again.
  const authorizations = state === "issued" ? seen.map((one) => ({ ...one, status: "valid" as const })) : seen;
  return (
    <Section title="Names" description="What the CA has seen of the control over each name.">
      <ul aria-label="Names" className="divide-y divide-line border-y border-line">
        {authorizations.map((authorization) => (
          <li key={`${authorization.name} ${authorization.url}`} className="py-2.5">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className="font-medium wrap-anywhere">{visibleText(authorization.name)}</span>
              <Tag tone={TONES[authorization.status]}>{LABELS[authorization.status]}</Tag>
            </div>
            {authorization.problem === null ? null : (
              <p className="text-danger wrap-anywhere">{visibleText(authorization.problem)}</p>
            )}
            {isOpen(state) && authorization.status === "pending" ? <TxtRecord authorization={authorization} /> : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function TxtRecord({ authorization: { name, txtName, txtValue } }: { authorization: Authorization }) {
  if (txtName === null || txtValue === null) return null;
  return (
    <dl aria-label={`TXT record for ${name}`} className="mt-2 grid gap-2 rounded-card bg-surface p-3">
      <Part term="TXT record" text={txtName} copyLabel="Copy record name" />
      <Part term="Value" text={txtValue} copyLabel="Copy value" />
    </dl>
  );
}

function Part({ term, text, copyLabel }: { term: string; text: string; copyLabel: string }) {
  return (
    <div className="grid items-center gap-x-4 gap-y-1 wide:grid-cols-[6rem_minmax(0,1fr)_auto]">
      <dt className="text-muted">{term}</dt>
      <dd className="min-w-0">
        <Code>{text}</Code>
      </dd>
      <dd>
        <CopyButton text={text} label={copyLabel} />
      </dd>
    </div>
  );
}
