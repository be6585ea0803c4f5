"use server";

import { action } from "@/lib/http/action";
import { addSync, checkNow, endSync, pushAgain } from "@/lib/syncs/commands";
import { endedSync, knownSync, newSync } from "@/lib/syncs/schema";

export const addSyncAction = action({ can: "syncs:write", input: newSync }, ({ scope, input, now }) =>
  addSync(scope, input, now),
);

export const pushSyncAction = action({ can: "syncs:write", input: knownSync }, ({ scope, input, now }) =>
  pushAgain(scope, input, now),
);

export const checkSyncAction = action({ can: "syncs:write", input: knownSync }, ({ scope, input, now }) =>
  checkNow(scope, input, now),
);

export const endSyncAction = action({ can: "syncs:write", input: endedSync }, ({ scope, input, now }) =>
  endSync(scope, input, now),
);
