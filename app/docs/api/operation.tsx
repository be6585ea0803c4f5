import { Card, CardSection } from "@/components/ui/card";
import { Code } from "@/components/ui/code-block";
import type { ApiOperation, JsonSchema } from "@/lib/http/open-api";
import { FieldList, fieldsOf, typeText } from "./schema-fields";

type OperationProps = { method: string; path: string; operation: ApiOperation; schemas: Record<string, JsonSchema> };

/** One call: what it does, what it takes and what it answers. */
export function Operation({ method, path, operation, schemas }: OperationProps) {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  const answered = Object.entries(responses).filter(([status]) => /^\d+$/.test(status));
  const [answer] = answered.flatMap(([, { content }]) => Object.values(content));
  const taken = parameters.map(({ name, required, schema, description: told }) => ({
    name,
    type: typeText(schema),
    isRequired: required,
    description: told,
  }));
  const [[bodyType, sent] = []] = [Object.entries(requestBody?.content ?? {})[0]];
  return (
    <article id={operationId} aria-labelledby={`${operationId}-heading`} className="mt-3 scroll-mt-6">
      <Card>
        <CardSection>
          <h3 id={`${operationId}-heading`} className="font-mono font-semibold wrap-anywhere">
            {method.toUpperCase()} /api/v1{path}
          </h3>
          <p className="mt-1">{summary}</p>
          <p className="text-muted">{description}</p>
          <FieldList label="Parameters" fields={taken} />
          {sent === undefined ? null : (
            <FieldList label={`Body (${bodyType})`} fields={fieldsOf(sent.schema, schemas)} />
          )}
          {answer === undefined ? null : <Answer schema={answer.schema} schemas={schemas} />}
          <p className="mt-3 text-muted">
            {answered.map(([status, { description: meaning }], index) => (
              <span key={status}>
                {index === 0 ? null : " "}
                <Code>{status}</Code> {meaning}
              </span>
            ))}
          </p>
        </CardSection>
      </Card>
    </article>
  );
}

/** What is answered in a shape that others have too is told once, below. */
function Answer({ schema, schemas }: { schema: JsonSchema; schemas: Record<string, JsonSchema> }) {
  if (schema.$ref === undefined) return <FieldList label="Answer" fields={fieldsOf(schema, schemas)} />;
  const name = typeText(schema);
  return (
    <p className="mt-3">
      <span className="text-sm font-medium text-muted">Answer</span>{" "}
      <a className="underline" href={`#shape-${name}`}>
        {name}
      </a>
    </p>
  );
}
