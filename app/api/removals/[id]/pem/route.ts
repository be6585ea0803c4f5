import { z } from "zod";
import { AppError } from "@/lib/errors";
import { attachment, fileNameOf } from "@/lib/http/attachment";
import { route } from "@/lib/http/route";
import { readRemoval } from "@/lib/removal/queries";

const input = z.object({ id: z.uuid().nullable().catch(null) });

export const GET = route({ can: "removals:read", input }, async ({ input: { id }, scope }) => {
  const removal = id === null ? null : await readRemoval(scope, id);
  if (removal === null) throw new AppError("not_found", "There is no such removal.");
  const file = { fileName: fileNameOf(removal, ".pem"), contentType: "application/pem-certificate-chain" };
  return attachment(`${removal.pem.trimEnd()}\n`, file);
});
