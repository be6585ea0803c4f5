import Link from "next/link";
import type { UploadState } from "@/components/certificates/use-upload";
import { Notice } from "@/components/ui/notice";
import { Section } from "@/components/ui/section";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { Tag } from "@/components/ui/tag";
import type { CertificateOutcome, FileOutcome } from "@/lib/certificates/schema";

/** Rows of the table; of a very large upload the refused files come first, then as many others as a page can bear. */
const ROWS_SHOWN = 500;

type Line = { key: string; file: string } & (
  | Pick<CertificateOutcome, "kind" | "id" | "name">
  | { kind: "refused"; sentence: string }
);

/** What became of every file: added, already there, or refused and why. */
export function UploadResults({ state }: { state: UploadState }) {
  const lines = state.outcomes.flatMap(linesOf);
  const counted = (...kinds: Line["kind"][]) => lines.filter((line) => kinds.includes(line.kind)).length;
  const keys = counted("added_with_key", "key_added");
  const shown = (["refused", "already", "key_added", "added_with_key", "added"] as const)
    .flatMap((kind) => lines.filter((line) => line.kind === kind))
    .slice(0, ROWS_SHOWN);
  const unsent = state.total - state.outcomes.length;
  return (
    <Section title="Upload results">
      <p role="status" className="mb-2">
        {counted("added", "added_with_key").toLocaleString("en")} added, {counted("already").toLocaleString("en")}{" "}
        already in the inventory, {counted("refused").toLocaleString("en")} refused
        {state.running ? " so far" : ""}.{keys === 0 ? "" : ` Private keys kept: ${keys.toLocaleString("en")}.`}
        {state.stopped && unsent > 0 ? ` Stopped: ${filesOf(unsent)} not sent.` : ""}
      </p>
      {state.failure === null ? null : (
        <Notice tone="danger" title="The upload ended early">
          {state.failure} {filesOf(unsent)} not confirmed; uploading everything again is safe.
        </Notice>
      )}
      {state.running || shown.length === 0 ? null : (
        <Table
          label="Results by file"
          head={
            <>
              <Th>File</Th>
              <Th>Result</Th>
              <Th>Certificate</Th>
            </>
          }
        >
          {shown.map((line) => (
            <Tr key={line.key}>
              <Td narrow="lead" className="wrap-anywhere wide:max-w-64">
                {line.file}
              </Td>
              <Td narrow="second">{tagOf(line.kind)}</Td>
              <Td narrow="third" className="wrap-anywhere">
                {line.kind === "refused" ? (
                  line.sentence
                ) : (
                  <Link href={`/certificates/${line.id}`} className="link" prefetch={false}>
                    {line.name}
                  </Link>
                )}
              </Td>
            </Tr>
          ))}
        </Table>
      )}
      {!state.running && lines.length > shown.length ? (
        <p className="mt-2 text-muted">
          The first {ROWS_SHOWN} of {lines.length.toLocaleString("en")} results, refused ones first.
        </p>
      ) : null}
    </Section>
  );
}

/** "1 file was", "1,279 files were". */
function filesOf(count: number): string {
  return count === 1 ? "1 file was" : `${count.toLocaleString("en")} files were`;
}

function tagOf(kind: Line["kind"]) {
  switch (kind) {
    case "added":
      return <Tag tone="good">Added</Tag>;
    case "added_with_key":
      return <Tag tone="good">Added with its private key</Tag>;
    case "key_added":
      return <Tag tone="good">Private key added</Tag>;
    case "already":
      return <Tag>Already in the inventory</Tag>;
    case "refused":
      return <Tag tone="bad">Refused</Tag>;
  }
}

function linesOf(outcome: FileOutcome, position: number): Line[] {
  const { file } = outcome;
  if (outcome.kind === "refused") return [{ key: `${position}`, file, kind: "refused", sentence: outcome.sentence }];
  return outcome.certificates.map((certificate, index) => ({ key: `${position}.${index}`, file, ...certificate }));
}
