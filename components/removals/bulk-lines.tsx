"use client";

import { useState } from "react";
import { BulkLine } from "@/components/removals/bulk-line";
import type { BulkView } from "@/lib/removal/schema";

/** The bulk deletions that went on when the page was made, and those that were begun on it. */
export function BulkLines({ bulks, begun }: { bulks: readonly BulkView[]; begun: readonly string[] }) {
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  const ids = [...new Set([...bulks.map((bulk) => bulk.id), ...begun])];
  return ids
    .filter((id) => !dismissed.includes(id))
    .map((id) => (
      <BulkLine
        key={id}
        id={id}
        initial={bulks.find((bulk) => bulk.id === id)}
        onDismiss={() => setDismissed((before) => [...before, id])}
      />
    ));
}
