import { STATUS_CHOICES, USE_FILTERS } from "@/lib/certificates/rules";
import { COMMON_SEARCH, RARE_SEARCH } from "./dataset";

/** What is asked of the list: a name for the table, and the parameters of the address. */
export type ListCase = { name: string; params: Record<string, string> };

/** `deep` is the cursor of a row in the middle of the inventory. */
export function listCases(deep: string): ListCase[] {
  return [
    { name: "first page", params: {} },
    { name: "deep page", params: { after: deep } },
    ...STATUS_CHOICES.map((status) => ({ name: `status ${status}`, params: { status } })),
    { name: "may be deleted", params: { deletable: "yes" } },
    ...USE_FILTERS.map((use) => ({ name: `in use: ${use}`, params: { use } })),
    { name: "common search", params: { q: COMMON_SEARCH } },
    { name: "common search, deep", params: { q: COMMON_SEARCH, after: deep } },
    { name: "rare search", params: { q: RARE_SEARCH } },
    { name: "search of two letters", params: { q: "ay" } },
    { name: "two letters without a match", params: { q: "zq" } },
    { name: "search without a match", params: { q: "no-such-name" } },
    { name: "sorted by name", params: { sort: "name" } },
  ];
}

/** The figures around the list. */
export function figureCases(): ListCase[] {
  return [
    { name: "counts", params: {} },
    ...STATUS_CHOICES.map((status) => ({ name: `counts, status ${status}`, params: { status } })),
    { name: "counts, may be deleted", params: { deletable: "yes" } },
    ...USE_FILTERS.map((use) => ({ name: `counts, in use: ${use}`, params: { use } })),
    { name: "counts, common search", params: { q: COMMON_SEARCH } },
    { name: "counts, rare search", params: { q: RARE_SEARCH } },
    { name: "counts, two letters", params: { q: "ay" } },
  ];
}

/** What is counted to the end, or as far as its own limit, when somebody asks for it: the path of its route. */
export function wholeCases(): { name: string; path: string }[] {
  const select = (params: Record<string, string>) => `/api/certificates/selection?${new URLSearchParams(params)}`;
  return [
    { name: "selection of all, as the bar says it", path: select({}) },
    { name: "selection of all, exact for the dialog", path: select({ exact: "yes" }) },
    { name: "selection of a common search, exact", path: select({ q: COMMON_SEARCH, exact: "yes" }) },
    { name: "effect of a cleanup", path: "/api/cleanup/effect?retentionDays=30&skipSynced=true&brakePercent=50" },
    { name: "CSV of what is revoked", path: "/api/certificates/export?status=revoked" },
  ];
}
