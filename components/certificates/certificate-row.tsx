"use client";

import Link from "next/link";
import { CertificateUses } from "@/components/certificates/certificate-uses";
import { blockerPlace, DELETE_NEEDS_MEMBER } from "@/components/certificates/deletable";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import { Sub, Td, Tr } from "@/components/ui/table";
import { SOURCE_LABELS, STATUS_LABELS, visibleText } from "@/lib/certificates/rules";
import type { CertificateRow as Row } from "@/lib/certificates/schema";

type Props = {
  row: Row;
  now: Date;
  mayDelete: boolean;
  isSelected: boolean;
  onSelect: (row: Row, isRange: boolean) => void;
  onDelete: (row: Row) => void;
};

/** One certificate of the Overview. Its name is the row's place for the arrow keys. */
export function CertificateRow({ row, now, mayDelete, isSelected, onSelect, onDelete }: Props) {
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
        <StatusBadge status={row.status}>{STATUS_LABELS[row.status]}</StatusBadge>
      </Td>
      <Td className="max-w-40 truncate text-muted">
        <bdi>{visibleText(row.issuerLabel) || "–"}</bdi>
      </Td>
      <Td narrow="third" className="wide:whitespace-nowrap">
        <RelativeTime date={new Date(row.notAfter)} now={now} layout="cell" />
      </Td>
      <Td narrow={row.uses.length === 0 ? "hide" : "below"} className="text-sm wide:max-w-48 wide:min-w-32">
        <CertificateUses row={row} />
      </Td>
      <Td className="text-muted">{SOURCE_LABELS[row.source]}</Td>
      <Td narrow="actions" className="text-right">
        <Button
          variant="quiet-danger"
          aria-label={`Delete ${visibleText(row.name)}`}
          data-row-delete={row.id}
          explain={explain}
          explainLink={
            mayDelete && explain !== undefined
              ? { label: "Show where", href: { pathname: href, hash: blockerPlace(row.blockers) } }
              : undefined
          }
          onClick={() => onDelete(row)}
        >
          Delete
        </Button>
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
