"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useToast } from "@/components/ui/toasts";
import { CERTIFICATES_KEY } from "@/lib/certificates/query-options";
import { visibleText } from "@/lib/certificates/rules";
import { revocationCheckOptions } from "@/lib/revocation/query-options";

/** Asks the CA of a certificate; what it said is told in a toast, and `onSettled` is called whatever came of it. */
export function useRevocationCheck({ id, name }: { id: string; name: string }, onSettled: () => void) {
  const client = useQueryClient();
  const showToast = useToast();
  const mutation = useMutation({
    ...revocationCheckOptions,
    onSuccess: ({ answer, sentence }) => {
      const isWell = answer === "good";
      showToast({ message: `${visibleText(name)}: ${sentence}`, tone: isWell ? "done" : "problem" });
    },
    onError: (error) => showToast({ message: error.message, tone: "problem" }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: [CERTIFICATES_KEY] });
      onSettled();
    },
  });
  return { check: () => mutation.mutate(id), isPending: mutation.isPending };
}
