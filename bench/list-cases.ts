import { STATUS_CHOICES } from "@/lib/certificates/rules";
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
    { name: "common search", params: { q: COMMON_SEARCH } },
    { name: "common search, deep", params: { q: COMMON_SEARCH, after: deep } },
    { name: "rare search", params: { q: RARE_SEARCH } },
    { name: "search of two letters", params: { q: "ay" } },
    { name: "search without a match", params: { q: "no-such-name" } },
    { name: "sorted by name", params: { sort: "name" } },
  ];
}

/** The figures around the list. */
export function figureCases(): ListCase[] {
  return [
    { name: "counts", params: {} },
    { name: "counts, may be deleted", params: { deletable: "yes" } },
    { name: "counts, common search", params: { q: COMMON_SEARCH } },
    { name: "counts, rare search", params: { q: RARE_SEARCH } },
    { name: "counts, two letters", params: { q: "ay" } },
  ];
}
