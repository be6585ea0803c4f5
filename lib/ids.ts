import { v7 } from "uuid";

/** A new UUID version 7: ids made later are greater, also within one millisecond of one process. */
export function newId(): string {
  return v7();
}
