import { readPosted } from "@enrol-sso/enrol/http";
import { addressOf } from "../../lib/client.ts";
import { engine } from "../../lib/enrol.ts";

export async function POST(request: Request): Promise<Response> {
  const { members, refusal } = await readPosted(request);
  if (refusal) {
    return refusal;
  }
  const { username, password } = members;
  if (typeof username !== "string" || typeof password !== "string") {
    return Response.json({ sub_status: ["E008002"] }, { status: 400 });
  }
  const answer = await (await engine()).verify({ username, password, remoteAddr: addressOf(request) });
  // Start your session here.
  return answer.ok
    ? Response.json({ username: answer.user.username })
    : Response.json({ sub_status: answer.subStatus }, { status: 401 });
}
