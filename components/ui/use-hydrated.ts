"use client";

import { useSyncExternalStore } from "react";

/** False while the page is what the server sent, true once it listens: what a person changes before would be lost. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    () => () => undefined,
    () => true,
    () => false,
  );
}
