import { engine } from "../../lib/enrol.ts";

export async function POST(request: Request): Promise<Response> {
  const { username, password } = (await request.json()) as Record<string, unknown>;
  if (typeof username !== "string" || typeof password !== "string") {
    return Response.json({ sub_status: ["E008002"] }, { status: 400 });
  }
  const remoteAddr = request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
  const answer = await (await engine()).verify({ username, password, remoteAddr });
  // Start your session here.
  return answer.ok
    ? Response.json({ username: answer.user.username })
    : Response.json({ sub_status: answer.subStatus }, { status: 401 });
}
