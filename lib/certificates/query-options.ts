import { keepPreviousData, mutationOptions, queryOptions } from "@tanstack/react-query";
import { uploadCertificates } from "@/lib/certificates/actions";
import type { FileOutcome, ListFilter, ListQuery } from "@/lib/certificates/schema";
import { browserAction, browserRequest } from "@/lib/http/browser-request";
import { deleteCertificate } from "@/lib/removal/actions";

/** Everything about certificates that a change to them makes stale. */
export const CERTIFICATES_KEY = "certificates";

const schemas = () => import("@/lib/certificates/schema");

/** The parameters of an Overview address, for a link or a request; what is not set is left out. */
export function overviewParams(query: Partial<ListQuery>): Record<string, string> {
  const all = { ...query, sort: query.sort === "expiry" ? undefined : query.sort };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

export function pageOptions(query: ListQuery) {
  const params = new URLSearchParams(overviewParams(query)).toString();
  return queryOptions({
    queryKey: [CERTIFICATES_KEY, "page", params],
    queryFn: ({ signal }) =>
      browserRequest(`/api/certificates?${params}`, async () => (await schemas()).certificatePage, signal),
    placeholderData: keepPreviousData,
  });
}

export function summaryOptions(filter: ListFilter) {
  const params = filterParams(filter);
  return queryOptions({
    queryKey: [CERTIFICATES_KEY, "summary", params],
    queryFn: ({ signal }) =>
      browserRequest(`/api/certificates/summary?${params}`, async () => (await schemas()).listSummary, signal),
    placeholderData: keepPreviousData,
  });
}

export function timelineOptions(filter: ListFilter) {
  const params = filterParams({ ...filter, expires: undefined });
  return queryOptions({
    queryKey: [CERTIFICATES_KEY, "timeline", params],
    queryFn: ({ signal }) =>
      browserRequest(`/api/certificates/timeline?${params}`, async () => (await schemas()).timeline, signal),
    placeholderData: keepPreviousData,
  });
}

function filterParams({ status, q, deletable, use, expires }: ListFilter): string {
  return new URLSearchParams(overviewParams({ status, q, deletable, use, expires })).toString();
}

/** Deletes one certificate through the server action; a connection that breaks is told as such, never as a success. */
export function deletionOptions(id: string) {
  return mutationOptions({
    mutationKey: [CERTIFICATES_KEY, "delete", id],
    mutationFn: () => browserAction(() => deleteCertificate({ id })),
  });
}

/** What goes with the files of an upload; either may be empty. */
export type UploadWords = { name: string; password: string };

/** Sends one batch of files through the server action and answers with what came of each. */
export async function upload(files: File[], { name, password }: UploadWords): Promise<FileOutcome[]> {
  const form = new FormData();
  for (const file of files) form.append("files", file);
  form.append("name", name);
  form.append("password", password);
  return await browserAction(() => uploadCertificates(form));
}
