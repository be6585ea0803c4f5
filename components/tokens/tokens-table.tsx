import { Table, Th } from "@/components/ui/table";
import type { TokenView } from "@/lib/tokens/schema";
import { TokenRow } from "./token-row";

/** API tokens; `seesAll` for whoever sees those of others too, and so has to see whose they are. */
export function TokensTable({ tokens, now, seesAll }: { tokens: readonly TokenView[]; now: Date; seesAll: boolean }) {
  return (
    <Table
      label="API tokens"
      head={
        <>
          <Th>Name</Th>
          <Th>Role</Th>
          <Th>Created</Th>
          <Th>Expires</Th>
          <Th>Last used</Th>
          <Th>State</Th>
          <Th align="end">Actions</Th>
        </>
      }
    >
      {tokens.map((token) => (
        <TokenRow key={token.id} token={token} now={now} seesAll={seesAll} />
      ))}
    </Table>
  );
}
