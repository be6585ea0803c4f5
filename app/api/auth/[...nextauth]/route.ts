import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { authOptions } from "@/lib/auth/options";

type Context = { params: Promise<{ nextauth: string[] }> };

async function answer(request: NextRequest, context: Context): Promise<Response> {
  const params = await context.params;
  // next-auth's browser code reports its errors there, and would write for anybody into the server's log.
  if (params.nextauth[0] === "_log") return new Response(null, { status: 204 });
  if (request.method === "POST" && !FORM.test(request.headers.get("content-type") ?? ""))
    return new Response("Send a form.", { status: 415 });
  return NextAuth(request, { params }, authOptions());
}

const FORM = /^application\/x-www-form-urlencoded(;|$)/i;

export const GET = answer;
export const POST = answer;
