import { AppError } from "@/lib/errors";
import { route } from "@/lib/http/route";
import { readDeletionCheck } from "@/lib/removal/queries";
import { checkedCertificate } from "@/lib/removal/schema";

/** What the dialog that deletes a certificate says of its uses. */
export const GET = route({ can: "certificates:delete", input: checkedCertificate }, async ({ input, scope, now }) => {
  const check = input.id === null ? null : await readDeletionCheck(scope, input.id, now);
  if (check === null) throw new AppError("not_found", "There is no such certificate any more. Reload the page.");
  return check;
});
