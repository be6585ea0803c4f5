"use client";

import { Button } from "@/components/ui/button";
import { ConfirmedEnd } from "@/components/ui/confirmed-end";
import { deleteDestinationAction } from "@/lib/destinations/actions";

type DeleteDestinationProps = { id: string; name: string; syncCount: number };

/** Deletes a destination, after asking; while certificates are synced there it says so and where to look. */
export function DeleteDestination({ id, name, syncCount }: DeleteDestinationProps) {
  if (syncCount > 0) {
    const certificates = syncCount === 1 ? "1 certificate is" : `${syncCount.toLocaleString("en")} certificates are`;
    return (
      <Button
        variant="quiet-danger"
        aria-label={`Delete ${name}`}
        explain={`${certificates} synced there. Remove the syncs first.`}
        explainLink={{ label: "Show them", href: { pathname: `/settings/destinations/${id}`, hash: "syncs" } }}
      >
        Delete
      </Button>
    );
  }
  return (
    <ConfirmedEnd
      name={name}
      verb="Delete"
      pendingLabel="Deleting…"
      title="Delete destination"
      description={
        <>
          <strong>{name}</strong> and its credentials are deleted here. Nothing changes at the destination.
        </>
      }
      message={`${name} is deleted.`}
      end={() => deleteDestinationAction({ destinationId: id })}
    />
  );
}
