import type { Metadata } from "next";
import { Brand } from "@/components/shell/brand";
import { anchorOf, FAILURES, type FailureName } from "@/lib/cloudflare/rules";

export const metadata: Metadata = { title: "Errors of the Cloudflare-compatible API" };

const NAMES = Object.keys(FAILURES).filter((name): name is FailureName => name in FAILURES);

/** For whoever follows the documentation_url of a failed answer: no sign-in, and nothing of any account. */
export default function ErrorsPage() {
  return (
    <main className="mx-auto grid max-w-[760px] gap-6 px-4 py-10">
      <Brand />
      <div className="grid gap-1">
        <h1 className="text-2xl font-semibold tracking-[-0.018em]">Errors of the Cloudflare-compatible API</h1>
        <p className="text-muted">What the codes in an answer of /client/v4 mean, and what to do.</p>
      </div>
      <dl className="grid gap-5">
        {NAMES.map((name) => {
          const { code, status, message, meaning } = FAILURES[name];
          return (
            <div key={name} id={anchorOf(name)} className="grid gap-1 border-t border-line pt-4 target:border-accent">
              <dt className="font-medium">
                <span className="font-mono">{code}</span> {message}
              </dt>
              <dd className="grid gap-1">
                <span>{meaning}</span>
                <span className="text-sm text-muted">HTTP status {status}</span>
              </dd>
            </div>
          );
        })}
      </dl>
    </main>
  );
}
