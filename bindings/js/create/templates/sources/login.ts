// The login, to which the pages post.

import type { Enrol } from "@enrol-sso/enrol";
import { readPosted } from "@enrol-sso/enrol/http";

/** Answers with the username, or with codes that say why it is refused. */
export async function login(request: Request, enrol: Enrol, remoteAddr: string | undefined): Promise<Response> {
  const { members, refusal } = await readPosted(request);
  if (refusal) {
    return refusal;
  }
  const { username, password } = members;
  if (typeof username !== "string" || typeof password !== "string") {
    return Response.json({ sub_status: ["E008002"] }, { status: 400 });
  }
  const answer = await enrol.verify({ username, password, remoteAddr });
  // Start your session here.
  return answer.ok
    ? Response.json({ username: answer.user.username })
    : Response.json({ sub_status: answer.subStatus }, { status: 401 });
}
