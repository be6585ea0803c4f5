import { SEARCH_LIMIT, STATUSES, type Status, USE_FILTERS, type UseFilter } from "@/lib/certificates/rules";

/*
 * What the Overview's address says. Written without the schema library, since the browser reads the address before it
 * shows anything and would otherwise load that library first.
 */

export const LIST_SORTS = ["expiry", "-expiry", "name", "-name", "added", "-added"] as const;
export type ListSort = (typeof LIST_SORTS)[number];

/** A month of expiry, or everything before or after one: "2026-05", "..2026-04", "2028-07..". */
const MONTH_FILTER = /^(?:\.\.)?[1-9]\d{3}-(?:0[1-9]|1[0-2])$|^[1-9]\d{3}-(?:0[1-9]|1[0-2])\.\.$/;

export function statusIn(value: unknown): Status | undefined {
  return STATUSES.find((status) => status === value);
}

/** The search without the blanks around it. PostgreSQL text has no NUL, so nothing can match one. */
export function searchIn(value: unknown): string | undefined {
  const text = typeof value === "string" ? value.trim() : "";
  return text === "" || text.length > SEARCH_LIMIT || text.includes("\0") ? undefined : text;
}

/** "yes": only what may be deleted now. */
export function deletableIn(value: unknown): "yes" | undefined {
  return value === "yes" ? value : undefined;
}

export function inUseIn(value: unknown): UseFilter | undefined {
  return USE_FILTERS.find((use) => use === value);
}

export function expiresIn(value: unknown): string | undefined {
  return typeof value === "string" && MONTH_FILTER.test(value) ? value : undefined;
}

export type ListAddress = {
  status: Status | undefined;
  q: string | undefined;
  deletable: "yes" | undefined;
  use: UseFilter | undefined;
  expires: string | undefined;
  sort: ListSort;
  after: string | undefined;
  before: string | undefined;
};

/** What an address says of the list. A value that makes no sense is dropped, never an error: people type addresses. */
export function readListAddress(address: Record<string, unknown>): ListAddress {
  const sort = LIST_SORTS.find((known) => known === address.sort) ?? "expiry";
  return {
    status: statusIn(address.status),
    q: searchIn(address.q),
    deletable: deletableIn(address.deletable),
    use: inUseIn(address.use),
    expires: expiresIn(address.expires),
    sort,
    after: placeIn(address.after, sort),
    before: placeIn(address.before, sort),
  };
}

/** Where a page starts: the sort value and id of the row beside it. */
export type ListCursor = [sortValue: string, id: string];

const CURSOR_LIMIT = 8_000;
const SORT_VALUE_LIMIT = 4_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** What a cursor of an address says; null when it is not one of ours. */
export function cursorOf(text: string): ListCursor | null {
  const parsed = decode(text);
  if (!Array.isArray(parsed) || parsed.length !== 2) return null;
  const [sortValue, id]: unknown[] = parsed;
  if (typeof sortValue !== "string" || sortValue.length > SORT_VALUE_LIMIT) return null;
  return typeof id === "string" && UUID.test(id) ? [sortValue, id] : null;
}

/** A cursor as it stands in an address: JSON in base64url. */
export function cursorAddress(cursor: ListCursor): string {
  const octets = new TextEncoder().encode(JSON.stringify(cursor));
  return btoa(String.fromCharCode(...octets))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function decode(text: string): unknown {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const octets = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(octets));
  } catch {
    // A mistyped or foreign cursor is none, which the caller treats as such.
    return null;
  }
}

/** A cursor of another sort names no place in this one. */
function placeIn(value: unknown, sort: ListSort): string | undefined {
  if (typeof value !== "string" || value.length > CURSOR_LIMIT) return undefined;
  const cursor = cursorOf(value);
  return cursor !== null && isOfSort(cursor[0], sort) ? value : undefined;
}

/** Whether PostgreSQL can compare a cursor's value with what the list is sorted by. */
function isOfSort(sortValue: string, sort: ListSort): boolean {
  return sort.endsWith("expiry") ? isSqlMoment(sortValue) : !sortValue.includes("\0");
}

const SQL_MOMENT = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)\+00$/;

/** A moment as PostgreSQL writes it in UTC. It knows no year 0, and JavaScript knows a 30th of February. */
function isSqlMoment(text: string): boolean {
  const [, day = "", time = ""] = SQL_MOMENT.exec(text) ?? [];
  const moment = new Date(`${day}T${time}Z`);
  return !day.startsWith("0000") && !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(day);
}
