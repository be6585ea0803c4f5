"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { CERTIFICATES_KEY, deletionOptions } from "@/lib/certificates/query-options";
import type { CertificatePage } from "@/lib/certificates/schema";
import type { DeletionAnswer } from "@/lib/removal/schema";

type Gone = Exclude<DeletionAnswer, { kind: "blocked" }>;

/** Why the dialog stays: the law refused, with its sentences, or something failed, in a sentence that says what is known. */
export type Refusal = { kind: "blocked" | "failed"; sentences: string[] };

/**
 * Deletes one certificate. Its row leaves the cached pages at once and comes back when the deletion is refused; in the
 * end everything about certificates is asked for anew.
 */
export function useDeletion(id: string, onGone: (answer: Gone) => void) {
  const client = useQueryClient();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const pages = { queryKey: [CERTIFICATES_KEY, "page"] };
  const mutation = useMutation({
    ...deletionOptions(id),
    onMutate: async () => {
      setRefusal(null);
      await client.cancelQueries(pages);
      const before = client.getQueriesData<CertificatePage>(pages);
      client.setQueriesData<CertificatePage>(pages, (page) =>
        page === undefined ? page : { ...page, rows: page.rows.filter((row) => row.id !== id) },
      );
      const restore = () => {
        for (const [key, page] of before) client.setQueryData(key, page);
      };
      return { restore };
    },
    onSuccess: (answer, _variables, context) => {
      if (answer.kind === "blocked") {
        context.restore();
        setRefusal({ kind: "blocked", sentences: answer.blockers.map((blocker) => blocker.sentence) });
        return;
      }
      onGone(answer);
    },
    onError: (error, _variables, context) => {
      context?.restore();
      setRefusal({ kind: "failed", sentences: [error.message] });
    },
    onSettled: () => client.invalidateQueries({ queryKey: [CERTIFICATES_KEY] }),
  });
  return { mutate: () => mutation.mutate(), isPending: mutation.isPending, refusal };
}
