import type { Metadata } from "next";
import { AddDestination } from "@/components/destinations/add-destination";
import { DestinationsTable } from "@/components/destinations/destinations-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { admitToPage } from "@/lib/auth/gate";
import { listDestinations } from "@/lib/destinations/queries";

export const metadata: Metadata = { title: "Destinations" };

export default async function DestinationsPage() {
  const now = new Date();
  const scope = await admitToPage("destinations:manage", now);
  const destinations = await listDestinations(scope);
  return (
    <>
      <PageHeader title="Destinations" actions={<AddDestination />}>
        Places that Certsweep keeps copies of certificates at.
      </PageHeader>
      {destinations.length === 0 ? (
        <EmptyState title="No destinations yet">
          Add one, such as AWS Certificate Manager, Azure Key Vault, Kubernetes or a folder on the server. Certificates
          are then synced to it on their own pages, and a synced certificate is not deleted by accident.
        </EmptyState>
      ) : (
        <DestinationsTable destinations={destinations} now={now} />
      )}
    </>
  );
}
