import "server-only";
import type { z } from "zod";
import type { Credentials } from "@/lib/destinations/credentials";
import { KINDS } from "@/lib/destinations/kinds";
import { DESTINATION_FIELDS, type DestinationKind } from "@/lib/destinations/rules";
import { destinationName, splitFields, typedDestination } from "@/lib/destinations/schema";

export type Filled = { settings: Record<string, string>; credentials: Credentials };

/** What is wrong with the fields of a destination, one sentence a field. */
function problemsOf(kind: DestinationKind, { settings, credentials }: Filled): Map<string, string> {
  const problems = new Map<string, string>();
  const values = { ...settings, ...credentials };
  for (const { name, label, required } of DESTINATION_FIELDS[kind]) {
    if (required && values[name] === "") problems.set(name, `${label} is needed.`);
  }
  const { settings: settingsContract, credentials: credentialsContract } = KINDS[kind];
  const issues = [settingsContract.safeParse(settings), credentialsContract.safeParse(credentials)].flatMap(
    ({ error }) => error?.issues ?? [],
  );
  for (const { path, message } of issues) {
    const name = path.join(".");
    if (!problems.has(name)) problems.set(name, message);
  }
  return problems;
}

/** The first of them as a sentence of its own; null where everything is as it should be. */
export function problemOf(kind: DestinationKind, filled: Filled): string | null {
  for (const [name, message] of problemsOf(kind, filled)) {
    const label = DESTINATION_FIELDS[kind].find((field) => field.name === name)?.label;
    return label === undefined || message.startsWith(label) ? message : `${label}: ${message}`;
  }
  return null;
}

/** A destination to be added, with its fields read as its kind has them; each problem is told at its field. */
export const filledDestination = typedDestination.transform(({ name: typed, kind, fields }, context) => {
  const name = destinationName.safeParse(typed);
  for (const { message } of name.error?.issues ?? []) context.addIssue({ code: "custom", path: ["name"], message });
  const filled = splitFields(kind, fields);
  for (const [field, message] of problemsOf(kind, filled)) {
    context.addIssue({ code: "custom", path: ["fields", field], message });
  }
  return { name: name.data ?? typed, kind, ...filled };
});
export type FilledDestination = z.output<typeof filledDestination>;
