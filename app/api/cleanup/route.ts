import { z } from "zod";
import { readCleanup } from "@/lib/cleanup/queries";
import { route } from "@/lib/http/route";

export const GET = route({ can: "cleanup:manage", input: z.object({}) }, ({ scope, now }) => readCleanup(scope, now));
