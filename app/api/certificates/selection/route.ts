import { route } from "@/lib/http/route";
import { selectionQuery } from "@/lib/removal/schema";
import { weighSelection } from "@/lib/removal/selection";

/** What would become of everything that matches the Overview's filter; counted to the end with `exact=yes`. */
export const GET = route({ can: "certificates:delete", input: selectionQuery }, ({ input, scope, now }) => {
  const { exact, ...filter } = input;
  return weighSelection(scope, { filter, isExact: exact === "yes", now });
});
