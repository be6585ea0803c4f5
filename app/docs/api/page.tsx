import type { Metadata } from "next";
import { Brand } from "@/components/shell/brand";
import { Card, CardSection } from "@/components/ui/card";
import { Code, CodeBlock } from "@/components/ui/code-block";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { env } from "@/lib/env";
import { API_BODY_LIMIT } from "@/lib/http/api-body";
import { API_PROBLEMS } from "@/lib/http/api-problem";
import { describeApi } from "@/lib/http/open-api";
import { IDEMPOTENCY_HOURS } from "@/lib/idempotency/rules";
import { RATE_LIMIT_REQUESTS, RATE_LIMIT_SECONDS } from "@/lib/tokens/rules";
import { API_ROUTES } from "../../api/v1/routes";
import { Operation } from "./operation";
import { FieldList, fieldsOf } from "./schema-fields";

export const metadata: Metadata = { title: "API" };

const TITLES: Record<string, string> = {
  certificates: "Certificates",
  "bulk-deletions": "Bulk deletions",
  removals: "Removals",
  cleanup: "Cleanup",
};

export default function ApiPage() {
  const { paths, components } = describeApi(API_ROUTES);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))];
  return (
    <main className="mx-auto max-w-[860px] px-4 py-8">
      <div className="mb-6">
        <Brand />
      </div>
      <PageHeader title="API">
        Certificates, what uses them, removals and the cleanup, by program. The same as{" "}
        <a className="underline" href="/api/v1/openapi.json">
          an OpenAPI 3.1 document
        </a>
        .
      </PageHeader>
      <Manner />
      {tags.map((tag) => (
        <Section key={tag} title={TITLES[tag] ?? tag}>
          {operations
            .filter(({ operation }) => operation.tags.includes(tag))
            .map((each) => (
              <Operation key={each.operation.operationId} {...each} schemas={components.schemas} />
            ))}
        </Section>
      ))}
      <Section title="Shapes" description="What the answers above refer to by name.">
        {Object.entries(components.schemas).map(([name, schema]) => (
          <article key={name} id={`shape-${name}`} aria-label={name} className="mt-3">
            <Card>
              <CardSection>
                <h3 className="font-mono font-semibold">{name}</h3>
                <FieldList label="Fields" fields={fieldsOf(schema, components.schemas)} />
              </CardSection>
            </Card>
          </article>
        ))}
      </Section>
      <Problems />
    </main>
  );
}

function Manner() {
  const example = `curl -H "Authorization: Bearer $CERTSWEEP_TOKEN" '${env().CERTSWEEP_URL}/api/v1/certificates?status=expired'`;
  return (
    <Section title="How to call it">
      <CodeBlock label="Example">{example}</CodeBlock>
      <ul className="mt-3 list-disc space-y-1 pl-5">
        <li>Each call carries an API token. Make one in Settings → API tokens; a cookie lets nobody in.</li>
        <li>
          Lists have fifty rows a page. Send <Code>next_cursor</Code> of one page as <Code>cursor</Code> for the next,
          until it is null.
        </li>
        <li>
          Bodies are JSON of at most {API_BODY_LIMIT / 1024 / 1024} MB. What a call does not know is refused, not left
          out.
        </li>
        <li>
          A POST with an <Code>Idempotency-Key</Code> is carried out once in {IDEMPOTENCY_HOURS} hours; sent again, it
          is answered as the first time, refusals too, with <Code>Idempotency-Replayed: true</Code>.
        </li>
        <li>
          A token has {RATE_LIMIT_REQUESTS.toLocaleString("en")} requests in {RATE_LIMIT_SECONDS / 60} minutes. The
          header <Code>RateLimit</Code> says how many are left.
        </li>
      </ul>
    </Section>
  );
}

function Problems() {
  const description = (
    <>
      Whatever is refused is answered as <Code>application/problem+json</Code> (RFC 9457). Its <Code>type</Code> is{" "}
      <Code>/docs/api#</Code> and one of these names, and stays.
    </>
  );
  return (
    <Section title="Problems" description={description}>
      <Card>
        {Object.entries(API_PROBLEMS).map(([name, { status, title }]) => (
          <CardSection key={name} className="scroll-mt-6">
            <div id={name} className="grid gap-x-4 wide:grid-cols-[15rem_3rem_minmax(0,1fr)]">
              <Code>{name}</Code>
              <span className="text-muted">{status}</span>
              <span>{title}.</span>
            </div>
          </CardSection>
        ))}
      </Card>
    </Section>
  );
}
