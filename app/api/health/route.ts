import { healthProblem } from "@/lib/health/queries";

export const dynamic = "force-dynamic";

/** For load balancers and monitors: 200, or 503 with what is wrong in plain words. */
export async function GET(): Promise<Response> {
  const problem = await healthProblem();
  const headers = { "cache-control": "no-store" };
  if (problem === null) return Response.json({ status: "ok" }, { headers });
  return Response.json({ status: "unavailable", problem }, { status: 503, headers });
}
