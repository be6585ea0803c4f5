"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useToast } from "@/components/ui/toasts";
import { CERTIFICATES_KEY } from "@/lib/certificates/query-options";
import { renewalOptions } from "@/lib/orders/query-options";

/** Has a certificate renewed, and goes to the new one, or to the order that it waits for; a refusal is said in a toast. */
export function useRenewal(certificateId: string, onSettled: () => void) {
  const client = useQueryClient();
  const router = useRouter();
  const showToast = useToast();
  const mutation = useMutation({
    ...renewalOptions,
    onSuccess: ({ orderId, certificateId: renewed }) => {
      if (renewed === null) return router.push(`/certificates/orders/${orderId}`);
      showToast({ message: "It was renewed: this is the new certificate." });
      router.push(`/certificates/${renewed}`);
    },
    onError: (error) => showToast({ message: error.message, tone: "problem" }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: [CERTIFICATES_KEY] });
      onSettled();
    },
  });
  return { renew: () => mutation.mutate(certificateId), isPending: mutation.isPending };
}
