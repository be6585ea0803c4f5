"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useToast } from "@/components/ui/toasts";
import { CERTIFICATES_KEY } from "@/lib/certificates/query-options";
import { visibleText } from "@/lib/certificates/rules";
import { retryOptions, revocationOptions } from "@/lib/revocation/query-options";
import type { RevocationReason } from "@/lib/revocation/rules";
import type { RevocationAnswer } from "@/lib/revocation/schema";

type Refused = Extract<RevocationAnswer, { kind: "refused" }>;
type Settled = Exclude<RevocationAnswer, Refused>;

/**
 * Has a certificate revoked. Whether its CA has confirmed it is said in a toast; what is refused or fails stays with the
 * dialog, as `problem`.
 */
export function useRevocation(id: string, onSettled: (answer: Settled) => void) {
  const client = useQueryClient();
  const tell = useTelling();
  const mutation = useMutation({
    ...revocationOptions(id),
    onSuccess: (answer) => {
      if (answer.kind === "refused") return;
      tell(id, answer);
      onSettled(answer);
    },
    onSettled: () => client.invalidateQueries({ queryKey: [CERTIFICATES_KEY] }),
  });
  const { data, error } = mutation;
  const problem = error?.message ?? (data?.kind === "refused" ? data.sentence : null);
  return { revoke: (reason: RevocationReason) => mutation.mutate(reason), isPending: mutation.isPending, problem };
}

/** Has a CA that has not confirmed a revocation asked again; what came of it is said in a toast. */
export function useRetry(id: string, onSettled: (isRevoked: boolean) => void) {
  const client = useQueryClient();
  const tell = useTelling();
  const showToast = useToast();
  const mutation = useMutation({
    ...retryOptions,
    onSuccess: (answer) => tell(id, answer),
    onError: (error) => showToast({ message: error.message, tone: "problem" }),
    onSettled: (answer) => {
      void client.invalidateQueries({ queryKey: [CERTIFICATES_KEY] });
      onSettled(answer?.kind === "revoked");
    },
  });
  return { retry: () => mutation.mutate(id), isPending: mutation.isPending };
}

function useTelling() {
  const showToast = useToast();
  return (id: string, answer: RevocationAnswer) => {
    const name = visibleText(answer.name);
    const link = { label: "Show it", href: { pathname: `/certificates/${id}` } };
    switch (answer.kind) {
      case "revoked":
        return showToast({ message: `${name} was revoked.`, link });
      case "pending":
        return showToast({ message: `${name} is not revoked yet. ${answer.sentence}`, link, tone: "problem" });
      case "refused":
        return showToast({ message: `${name}: ${answer.sentence}`, link, tone: "problem" });
    }
  };
}
