import { EmptyState } from "@/components/ui/empty-state";

/** What an issuer is, where there is none yet. */
export function IssuersEmpty() {
  return (
    <EmptyState title="No issuers yet">
      <p>
        An <strong className="font-semibold text-text">ACME issuer</strong> orders certificates from a server such as
        Let’s Encrypt, ZeroSSL or step-ca, which checks that the names are yours.
      </p>
      <p className="mt-2">
        A <strong className="font-semibold text-text">private CA</strong> is kept here, made or imported: Certsweep
        signs with it itself, for machines that trust its root, and publishes what it revoked.
      </p>
    </EmptyState>
  );
}
