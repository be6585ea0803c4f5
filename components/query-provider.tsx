"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { AppError } from "@/lib/errors";

/** Codes that asking again cannot change. */
const FINAL = ["invalid_input", "signed_out", "forbidden", "not_found"];

function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < 2 && !(error instanceof AppError && FINAL.includes(error.code)),
      },
    },
  });
}

/** The query cache of the signed-in screens: one for each browser tab. */
export function QueryProvider({ children }: { children: ReactNode }) {
  const [client] = useState(makeClient);
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
