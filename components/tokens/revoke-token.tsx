"use client";

import { ConfirmedEnd } from "@/components/ui/confirmed-end";
import { revokeApiToken } from "@/lib/tokens/actions";

/** Revokes a token, after asking. */
export function RevokeToken({ tokenId, name }: { tokenId: string; name: string }) {
  return (
    <ConfirmedEnd
      name={name}
      verb="Revoke"
      pendingLabel="Revoking…"
      title="Revoke token"
      description={
        <>
          Programs that use <strong>{name}</strong> are refused from their next request on. A revoked token cannot be
          brought back.
        </>
      }
      message={`${name} is revoked.`}
      end={() => revokeApiToken({ tokenId })}
    />
  );
}
