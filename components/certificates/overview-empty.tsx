import { overviewAddress } from "@/components/certificates/use-overview-address";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";

type Props = {
  isEmpty: boolean;
  mayUpload: boolean;
  lookedThrough: number | null;
  further: ReturnType<typeof overviewAddress> | null;
  isBeyond: boolean;
};

/** Why a list is empty: nothing is there yet, nothing matches, or nothing in the part that was looked through. */
export function OverviewEmpty({ isEmpty, mayUpload, lookedThrough, further, isBeyond }: Props) {
  if (lookedThrough !== null) {
    return (
      <EmptyState
        title={`No match among ${lookedThrough.toLocaleString("en")} certificates`}
        action={
          <>
            {further === null ? null : <ButtonLink href={further}>Look further</ButtonLink>}
            <ButtonLink href={overviewAddress({})}>Clear filters</ButtonLink>
          </>
        }
      >
        A search of one or two letters looks through a part of the list at a time. With a third letter it looks through
        all of it.
      </EmptyState>
    );
  }
  if (!isEmpty) {
    return (
      <EmptyState
        title={isBeyond ? "No further certificate matches" : "No certificate matches"}
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
