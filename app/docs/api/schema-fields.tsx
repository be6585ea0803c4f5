import { Code } from "@/components/ui/code-block";
import type { JsonSchema } from "@/lib/http/open-api";

type Named = { name: string; type: string; isRequired: boolean; description: string | undefined };

/** The fields of an object, or the parameters of a call, one a line. */
export function FieldList({ label, fields }: { label: string; fields: Named[] }) {
  if (fields.length === 0) return null;
  return (
    <div className="mt-3">
      <h4 className="text-sm font-medium text-muted">{label}</h4>
      <dl className="mt-1 divide-y divide-line">
        {fields.map(({ name, type, isRequired, description }) => (
          <div key={name} className="grid gap-x-4 py-1.5 wide:grid-cols-[13rem_minmax(0,1fr)]">
            <dt>
              <Code>{name}</Code>
              {isRequired ? <span className="text-sm text-muted"> required</span> : null}
            </dt>
            <dd className="wrap-anywhere">
              <span className="text-muted">{type}</span>
              {description === undefined ? null : <span>. {description}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** The fields of an object's schema. A reference is looked up in `schemas`. */
export function fieldsOf(schema: JsonSchema, schemas: Record<string, JsonSchema>): Named[] {
  const { properties = {}, required = [] } = resolve(schema, schemas);
  return Object.entries(properties).map(([name, part]) => ({
    name,
    type: typeText(part),
    isRequired: required.includes(name),
    description: part.description,
  }));
}

function resolve(schema: JsonSchema, schemas: Record<string, JsonSchema>): JsonSchema {
  return schema.$ref === undefined ? schema : (schemas[nameIn(schema.$ref)] ?? schema);
}

function nameIn(reference: string): string {
  return reference.split("/").at(-1) ?? reference;
}

/** "string", "list of Certificate", "one of a, b", "string or null". */
export function typeText(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return nameIn(schema.$ref);
  if (schema.enum !== undefined) return `one of ${schema.enum.join(", ")}`;
  if (schema.const !== undefined) return String(schema.const);
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeText).join(" or ");
  if (schema.type === "array") return schema.items === undefined ? "list" : `list of ${typeText(schema.items)}`;
  if (schema.type === "object" && schema.properties !== undefined)
    return `object of ${Object.keys(schema.properties).join(", ")}`;
  const types = [schema.type ?? "anything"].flat();
  return types.map((type) => (type === "string" ? (FORMATS[schema.format ?? ""] ?? type) : type)).join(" or ");
}

const FORMATS: Record<string, string> = { "date-time": "moment, ISO 8601 in UTC", uuid: "id" };
