import Link from "next/link";
import { Sub, Table, Td, Th, Tr } from "@/components/ui/table";
import { visibleText } from "@/lib/certificates/rules";
import { DESTINATION_KIND_LABELS } from "@/lib/destinations/rules";
import type { DestinationView } from "@/lib/destinations/schema";
import { DeleteDestination } from "./delete-destination";
import { OldestError, SyncCounts, TestTag } from "./destination-health";
import { EditDestination } from "./edit-destination";
import { TestDestination } from "./test-destination";

/** The destinations of the account, how they are, and what a product admin may do. */
export function DestinationsTable({ destinations, now }: { destinations: readonly DestinationView[]; now: Date }) {
  return (
    <Table
      label="Destinations"
      head={
        <>
          <Th>Name</Th>
          <Th>Syncs</Th>
          <Th>Last test</Th>
          <Th align="end">Actions</Th>
        </>
      }
    >
      {destinations.map((destination) => (
        <Tr key={destination.id}>
          <Td narrow="lead" className="wide:align-top">
            <Link
              href={{ pathname: `/settings/destinations/${destination.id}` }}
              prefetch={false}
              className="font-medium hover:underline"
            >
              {visibleText(destination.name)}
            </Link>
            <Sub> {kindLabelOf(destination)}</Sub>
          </Td>
          <Td narrow="second" className="max-wide:col-end-5 max-wide:pr-0 wide:max-w-md wide:align-top">
            <SyncCounts syncs={destination.syncs} />
            <OldestError error={destination.oldestError} now={now} />
          </Td>
          <Td narrow="below" className="whitespace-nowrap wide:align-top">
            <TestTag tested={destination.tested} now={now} />
          </Td>
          <Td
            narrow="below"
            className="max-wide:row-start-4 max-wide:-ml-2 wide:text-right wide:align-top wide:whitespace-nowrap"
          >
            <TestDestination id={destination.id} name={destination.name} isKnown={destination.kind !== null} />
            <EditDestination
              id={destination.id}
              name={destination.name}
              kind={destination.kind}
              settings={destination.settings}
            />
            <DeleteDestination id={destination.id} name={destination.name} syncCount={destination.syncs.total} />
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

/** What a destination is, for people. */
export function kindLabelOf({ kind }: Pick<DestinationView, "kind">): string {
  return kind === null ? "Known by its name only" : DESTINATION_KIND_LABELS[kind];
}
