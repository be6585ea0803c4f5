import { overviewAddress } from "@/components/certificates/use-overview-address";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";

/** Two reasons for an empty list: nothing is there yet, or nothing matches. */
export function OverviewEmpty({ isEmpty, mayUpload }: { isEmpty: boolean; mayUpload: boolean }) {
  if (!isEmpty) {
    return (
      <EmptyState
        title="No certificate matches"
        action={<ButtonLink href={overviewAddress({})}>Clear filters</ButtonLink>}
      >
        Try other words, or look at all certificates.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="No certificates yet"
      action={
        mayUpload ? (
          <ButtonLink href="/certificates/upload" variant="primary">
            Upload your first certificates
          </ButtonLink>
        ) : undefined
      }
    >
      {mayUpload
        ? "Upload PEM or DER files, as many as you like at once. What is in them appears here with its status."
        : "Members and product admins can upload some; they appear here with their status."}
    </EmptyState>
  );
}
