"use server";

import { startScan, stopScan } from "@/lib/discovery/commands";
import { knownScan, newScan } from "@/lib/discovery/schema";
import { action } from "@/lib/http/action";

/** Answers with the id of the scan, which a job carries out. */
export const startDiscovery = action({ can: "discovery:manage", input: newScan }, ({ scope, input, now }) =>
  startScan(scope, { ...input, now }),
);

export const stopDiscovery = action({ can: "discovery:manage", input: knownScan }, ({ scope, input, now }) =>
  stopScan(scope, { ...input, now }),
);
