import { mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { CERTIFICATES_KEY, overviewParams } from "@/lib/certificates/query-options";
import type { ListFilter } from "@/lib/certificates/schema";
import { checkEndpointsAction } from "@/lib/deployments/actions";
import { browserAction, browserRequest } from "@/lib/http/browser-request";
import { deleteCertificates, retryBulkDeletion, stopBulkDeletion } from "@/lib/removal/actions";
import type { BulkView, Selection } from "@/lib/removal/schema";

const BULK_KEY = "bulk-deletions";
const DELETION_CHECK_KEY = "deletion-check";
const POLL_MS = 1_000;

const schemas = () => import("@/lib/removal/schema");

/** The parts of an address that narrow the list, without its order and place. */
export function filterOf({ status, q, deletable, use, expires }: ListFilter): ListFilter {
  return { status, q, deletable, use, expires };
}

/** What would become of everything that matches; `isExact` counts to the end, for a sentence that is confirmed. */
export function selectionOptions(filter: ListFilter, { isExact }: { isExact: boolean }) {
  const params = new URLSearchParams({ ...overviewParams(filterOf(filter)), ...(isExact ? { exact: "yes" } : {}) });
  return queryOptions({
    queryKey: [CERTIFICATES_KEY, "selection", params.toString()],
    queryFn: ({ signal }) =>
      browserRequest(`/api/certificates/selection?${params}`, async () => (await schemas()).selectionView, signal),
  });
}

/** What is known of a certificate's uses, for the dialog that deletes it; with `isPolled` asked for every second. */
export function usesOptions(id: string, { isPolled }: { isPolled: boolean }) {
  return queryOptions({
    queryKey: [DELETION_CHECK_KEY, id, { isPolled }],
    queryFn: ({ signal }) => requestUses(id, signal),
    gcTime: 0,
    refetchInterval: isPolled ? POLL_MS : false,
  });
}

/** The same once the endpoints of the certificate were looked at, which it brings about: once for each dialog. */
export function lookOptions(id: string) {
  return queryOptions({
    queryKey: [DELETION_CHECK_KEY, id, "look"],
    queryFn: async ({ signal }) => {
      await browserAction(() => checkEndpointsAction({ certificateId: id }));
      return requestUses(id, signal);
    },
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

function requestUses(id: string, signal: AbortSignal) {
  return browserRequest(`/api/certificates/${id}/uses`, async () => (await schemas()).deletionCheck, signal);
}

/** A bulk deletion, asked for every second until it has ended. */
export function bulkOptions(id: string, initial?: BulkView) {
  return queryOptions({
    queryKey: [BULK_KEY, id],
    queryFn: ({ signal }) => browserRequest(`/api/removals/bulk/${id}`, async () => (await schemas()).bulkView, signal),
    ...(initial === undefined ? {} : { initialData: initial }),
    refetchInterval: ({ state }) => (state.data?.finishedAt ? false : POLL_MS),
  });
}

/** Everything about certificates is asked for anew. Nobody waits for that. */
export function refreshCertificates(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: [CERTIFICATES_KEY] });
}

export const bulkDeletion = mutationOptions({
  mutationFn: (selection: Selection) => browserAction(() => deleteCertificates({ selection })),
  onSettled: (_answer, _error, _input, _result, { client }) => refreshCertificates(client),
});

export const bulkStop = mutationOptions({
  mutationFn: (bulkDeletionId: string) => browserAction(() => stopBulkDeletion({ bulkDeletionId })),
  onSettled: (_answer, _error, _input, _result, { client }) => client.invalidateQueries({ queryKey: [BULK_KEY] }),
});

export const bulkRetry = mutationOptions({
  mutationFn: (bulkDeletionId: string) => browserAction(() => retryBulkDeletion({ bulkDeletionId })),
  onSettled: (_answer, _error, _input, _result, { client }) => refreshCertificates(client),
});
