"use client";

import Link from "next/link";
import { CertificateStatus } from "@/components/certificates/certificate-status";
import { CertificateUses } from "@/components/certificates/certificate-uses";
import { DELETE_NEEDS_MEMBER, wayOut } from "@/components/certificates/deletable";
import { loadRowActions } from "@/components/certificates/load-row-actions";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Icon } from "@/components/ui/icon";
import { RelativeTime } from "@/components/ui/relative-time";
import { Sub, Td, Tr } from "@/components/ui/table";
import { SOURCE_LABELS, visibleText } from "@/lib/certificates/rules";
import type { CertificateRow as Row } from "@/lib/certificates/schema";

type Props = {
  row: Row;
  now: Date;
  mayDelete: boolean;
  isSelected: boolean;
  onSelect: (row: Row, isRange: boolean) => void;
  onDelete: (row: Row) => void;
  /** Its menu, or what that opened, is open. */
  isActing: boolean;
  onAct: (row: Row, anchor: HTMLElement) => void;
};

/** One certificate of the Overview. Its name is the row's place for the arrow keys. */
export function CertificateRow({ row, now, mayDelete, isSelected, onSelect, onDelete, isActing, onAct }: Props) {
  const href = `/certificates/${row.id}` as const;
  const reasons = row.blockers.map((blocker) => blocker.sentence).join(" ");
  const explain = mayDelete ? reasons || undefined : DELETE_NEEDS_MEMBER;
  return (
    <Tr selected={isSelected}>
      {mayDelete ? <SelectCell row={row} reasons={reasons} isSelected={isSelected} onSelect={onSelect} /> : null}
      <Td narrow="lead" className="max-w-0 min-w-44 wide:w-2/5">
        <Link
          href={href}
          prefetch={false}
          data-row-link={row.id}
          className="block truncate font-medium hover:underline"
        >
          <bdi>{visibleText(row.name)}</bdi>
        </Link>
        <Sub hideNarrow>
          <span className="block truncate">
            {row.isSample ? <SampleMark /> : null}
            <bdi>{visibleText(otherNames(row))}</bdi>
          </span>
        </Sub>
      </Td>
      <Td narrow="second">
        <CertificateStatus status={row.status} isRevocationPending={row.isRevocationPending} />
      </Td>
      <Td className="max-w-32 truncate text-muted">
        <bdi>{visibleText(row.issuerLabel) || "–"}</bdi>
      </Td>
      <Td narrow="third" className="wide:whitespace-nowrap">
        <RelativeTime date={new Date(row.notAfter)} now={now} layout="cell" />
      </Td>
      <Td narrow={row.uses.length === 0 ? "hide" : "below"} className="text-sm wide:max-w-48 wide:min-w-24">
        <CertificateUses row={row} />
      </Td>
      <Td className="text-muted">{SOURCE_LABELS[row.source]}</Td>
      <Td narrow="actions" className="text-right whitespace-nowrap">
        <span className="inline-flex items-center">
          <Button
            variant="quiet-danger"
            aria-label={`Delete ${visibleText(row.name)}`}
            data-row-delete={row.id}
            explain={explain}
            explainLink={mayDelete && explain !== undefined ? wayOut(row.blockers, row.actions, href) : undefined}
            onClick={() => onDelete(row)}
          >
            Delete
          </Button>
          <Button
            variant="quiet"
            aria-label={`Actions for ${visibleText(row.name)}`}
            aria-haspopup="menu"
            aria-expanded={isActing}
            className="ml-0.5 px-1.5"
            onPointerEnter={loadRowActions}
            onFocus={loadRowActions}
            onClick={(event) => onAct(row, event.currentTarget)}
          >
            <Icon name="more" className="size-4" />
          </Button>
        </span>
      </Td>
    </Tr>
  );
}

type SelectCellProps = Pick<Props, "row" | "isSelected" | "onSelect"> & { reasons: string };

/** Any row can be selected; what cannot go is counted as such. */
function SelectCell({ row, reasons, isSelected, onSelect }: SelectCellProps) {
  return (
    <Td narrow="select" className="select-none wide:w-8 wide:pr-0">
      <Checkbox
        label={`Select ${visibleText(row.name)}`}
        hideLabel
        data-row-select={row.id}
        title={reasons === "" ? undefined : `Cannot be deleted now, so it would stay. ${reasons}`}
        checked={isSelected}
        onChange={({ nativeEvent }) => onSelect(row, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)}
      />
    </Td>
  );
}

function SampleMark() {
  return <span className="mr-1.5 rounded border border-line-strong px-1 text-xs">Sample</span>;
}

function otherNames({ otherNames: shown, otherNameCount: count }: Row): string {
  if (count === 0) return "–";
  const rest = count - shown.length;
  return rest > 0 ? `${shown.join(", ")} + ${rest.toLocaleString("en")} names` : shown.join(", ");
}
