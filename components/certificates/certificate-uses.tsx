import { USE_LABELS, visibleText } from "@/lib/certificates/rules";
import type { CertificateRow } from "@/lib/certificates/schema";
import { listNames } from "@/lib/removal/rules";

type Props = { row: Pick<CertificateRow, "uses" | "deployedAt" | "syncedTo"> };

/** How a certificate is in use, in counts: "2 serving · 1 unreachable · 1 synced". The names come with the pointer. */
export function CertificateUses({ row: { uses, deployedAt, syncedTo } }: Props) {
  if (uses.length === 0) return "–";
  const names = [deployedAt, syncedTo].filter(({ total }) => total > 0).map((use) => listNames(use.names, use.total));
  return (
    <span title={names.length === 0 ? undefined : visibleText(names.join(", "))}>
      <span className="text-muted wide:hidden">In use: </span>
      {uses.map(({ use, count }, position) => (
        <span key={use} className={use === "moved_on" ? "text-muted" : undefined}>
          {position === 0 ? null : " "}
          <span className="whitespace-nowrap">
            {count.toLocaleString("en")} {USE_LABELS[use]}
            {position === uses.length - 1 ? null : " ·"}
          </span>
        </span>
      ))}
    </span>
  );
}
