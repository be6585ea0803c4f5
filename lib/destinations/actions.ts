"use server";

import { addDestination, changeDestination, deleteDestination, testDestination } from "@/lib/destinations/commands";
import { filledDestination } from "@/lib/destinations/input";
import { changedDestination, knownDestination } from "@/lib/destinations/schema";
import { action } from "@/lib/http/action";

export const addDestinationAction = action(
  { can: "destinations:manage", input: filledDestination },
  ({ scope, input, now }) => addDestination(scope, input, now),
);

export const changeDestinationAction = action(
  { can: "destinations:manage", input: changedDestination },
  ({ scope, input, now }) => changeDestination(scope, input, now),
);

/** Answers with what could and could not be done there. */
export const testDestinationAction = action(
  { can: "destinations:manage", input: knownDestination },
  ({ scope, input }) => testDestination(scope, { ...input, clock: () => new Date() }),
);

export const deleteDestinationAction = action(
  { can: "destinations:manage", input: knownDestination },
  ({ scope, input, now }) => deleteDestination(scope, input.destinationId, now),
);
